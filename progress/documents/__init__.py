"""Documents for the holder: the certificate as a PDF, its signed QR code, its badge."""
