"""SCIM 2.0: people provisioned by the company's identity system."""
