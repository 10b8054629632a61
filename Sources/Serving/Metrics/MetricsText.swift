/// What the server counts, in the text format of Prometheus (version 0.0.4).
///
/// Beside names of our own stand those of Triton, which dashboards know.
struct MetricsText {
    let text: String

    init(_ tally: Tally, _ service: Service) {
        var text = MetricsWriter()
        text.family("mlops_info", "gauge", "The version of the server.")
        text.sample("mlops_info", [("version", service.configuration.release)], 1)
        text.family("mlops_uptime_seconds", "gauge", "How long the server has been there.")
        text.sample("mlops_uptime_seconds", [], service.uptime)
        text.family("mlops_connections", "gauge", "Open connections.")
        text.sample("mlops_connections", [], Double(tally.connections))
        text.family("mlops_requests_waiting", "gauge", "Requests that wait for a processor.")
        text.sample("mlops_requests_waiting", [], Double(service.activity.waiting))
        text.family("mlops_unrecorded_requests_total", "counter", "Requests that the prediction log could not take.")
        text.sample("mlops_unrecorded_requests_total", [], Double(service.activity.unrecorded))
        text.family(
            "mlops_requests_total",
            "counter",
            "Requests by the version that answered and the status of the answer."
        )
        for (version, counters) in tally.versions {
            text.sample(
                "mlops_requests_total",
                Self.labels(version) + [("code", "200")],
                Double(counters.successes.count)
            )
            for (status, count) in counters.failures.sorted(by: { $0.key < $1.key }) {
                text.sample("mlops_requests_total", Self.labels(version) + [("code", "\(status)")], Double(count.count))
            }
        }
        for (status, count) in tally.refusals.sorted(by: { $0.key < $1.key }) {
            text.sample("mlops_requests_total", [("model", ""), ("version", ""), ("code", "\(status)")], Double(count))
        }
        text.family("mlops_request_duration_seconds", "histogram", "From the last byte of a request to its answer.")
        for (version, counters) in tally.versions {
            text.histogram(
                "mlops_request_duration_seconds",
                Self.labels(version),
                counters.latencies,
                sum: Double(counters.successes.nanoseconds) / 1e9
            )
        }
        text.family("mlops_predictions_total", "counter", "Rows by the class that was answered.")
        for (version, counters) in tally.versions {
            for (name, count) in zip(version.classes, counters.answers.classes) {
                text.sample("mlops_predictions_total", Self.labels(version) + [("class", name)], Double(count))
            }
        }
        text.writeCopies(tally)
        text.family("mlops_traffic_percent", "gauge", "The share of the traffic that a version has.")
        for entry in tally.table.models {
            for route in entry.routes {
                text.sample("mlops_traffic_percent", Self.labels(route.version.name), Double(route.percent))
            }
        }
        text.writeTriton(tally, service)
        self.text = text.text
    }

    static func labels(_ version: VersionName) -> [(String, String)] {
        [("model", version.model), ("version", version.version)]
    }
}

extension MetricsWriter {
    /// What became of the copies that shadows got.
    fileprivate mutating func writeCopies(_ tally: Tally) {
        func family(_ name: String, _ help: String, _ value: (VersionCounters.Copies) -> UInt64) {
            self.family(name, "counter", help)
            for (version, counters) in tally.versions where counters.copies != VersionCounters.Copies() {
                sample(name, MetricsText.labels(version), Double(value(counters.copies)))
            }
        }
        family("mlops_shadow_requests_total", "Copies of requests that a shadow answered.") { $0.answered }
        family("mlops_shadow_failures_total", "Copies of requests that a shadow could not answer.") { $0.failed }
        family("mlops_shadow_shed_total", "Copies of requests that were not made, as there was too much to do.") {
            $0.shed
        }
        family("mlops_shadow_disagreements_total", "Rows to which a shadow said something else.") {
            $0.compared - $0.agreed
        }
    }

    /// The names that Triton has for the same.
    fileprivate mutating func writeTriton(_ tally: Tally, _ service: Service) {
        func family(
            _ name: String,
            _ help: String,
            _ value: (VersionCounters) -> Double
        ) {
            self.family(name, "counter", help)
            for (version, counters) in tally.versions { sample(name, MetricsText.labels(version), value(counters)) }
        }
        family("nv_inference_request_success", "Requests that were answered.") { Double($0.successes.count) }
        family("nv_inference_request_failure", "Requests that were not.") {
            Double($0.failures.values.reduce(0) { $0 &+ $1.count })
        }
        family("nv_inference_count", "Rows that were answered.") { Double($0.rows) }
        family("nv_inference_exec_count", "Calls of the model.") { Double($0.calls) }
        family("nv_inference_request_duration_us", "Microseconds of all requests.") {
            Double($0.successes.nanoseconds / 1000)
        }
        family("nv_inference_queue_duration_us", "Microseconds that requests waited for the model.") {
            Double($0.waiting.nanoseconds / 1000)
        }
        family("nv_inference_compute_infer_duration_us", "Microseconds of the model.") {
            Double($0.inferring.nanoseconds / 1000)
        }
        self.family("nv_inference_pending_request_count", "gauge", "Requests that wait.")
        sample("nv_inference_pending_request_count", [], Double(service.activity.waiting))
    }
}
