internal import Serving
internal import Support

/// What a server sees to while it runs, beside answering.
struct Upkeep {
    private let manager: ServiceManager
    private var certificates: CertificateFiles?
    private let server: InferenceServer
    private let stopwatch = Stopwatch()
    private var isReady = false
    private var (told, looked) = (0.0, 0.0)

    init(_ manager: ServiceManager, _ certificates: CertificateFiles?, _ server: InferenceServer) {
        self.manager = manager
        self.certificates = certificates
        self.server = server
    }

    /// Tells the service manager that all is well, and takes up a certificate that was renewed.
    mutating func look() {
        let now = stopwatch.seconds
        if !isReady {
            isReady = true
            manager.tell(.ready)
        }
        if let watchdog = manager.watchdog, now - told > watchdog / 4 {
            told = now
            manager.tell(.alive)
        }
        if now - looked > 1 {
            looked = now
            if let security = certificates?.renewed() { server.use(security) }
        }
    }
}
