import NIOSSL

extension DevServerConfiguration.TLSFiles {
    /// Reads the PEM files.
    /// - Throws: ``StartupError`` that names the file that cannot be used.
    func makeContext() throws(StartupError) -> NIOSSLContext {
        let chain: [NIOSSLCertificateSource]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        } catch {
            throw unusable(certificate, flag: "--tls-cert", holds: "a certificate", error)
        }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw unusable(key, flag: "--tls-key", holds: "a private key", error)
        }
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(privateKey))
            // HTTP/2 would need its own WebSocket handshake (RFC 8441).
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw StartupError(
                message: "The certificate \(certificate) and the key \(key) do not work together: \(error). "
                    + "Make a pair, for example with mkcert, and name both files.",
                exitCode: 1)
        }
    }

    private func unusable(_ file: String, flag: String, holds content: String, _ error: any Error)
        -> StartupError
    {
        StartupError(
            message: "Cannot read \(content) from \(file) (\(flag)): \(error). "
                + "Name a readable PEM file.",
            exitCode: 1)
    }
}
