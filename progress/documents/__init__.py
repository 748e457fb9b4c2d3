"""What is handed to the holder: the certificate as PDF, its signed QR code, its badge."""
