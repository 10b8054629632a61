internal import NIOCore

/// Calls that ask what is served, or change it.
extension GRPCCall {
    func describe(_ method: GRPCMethod, _ message: ByteBuffer) throws(RequestError) {
        let (table, bytes) = (state.table, message.readableBytesUInt8Span)
        let isReady = table.isReady && !service.activity.isDraining
        switch method {
        case .serverLive: succeed { $0.writeField(1, true) }
        case .serverReady: succeed { $0.writeField(1, isReady) }
        case .healthCheck:
            let service = try GRPCModelName(bytes).name
            guard service.isEmpty || service == "inference.GRPCInferenceService" || service == "grpc.health.v1.Health"
            else { throw .notFound("no such service is here") }
            // SERVING or NOT_SERVING.
            succeed { $0.writeField(1, isReady ? 1 : 2) }
        case .modelReady:
            let name = try GRPCModelName(bytes)
            do throws(RequestError) {
                _ = try name.describedVersion(in: table)
                succeed { $0.writeField(1, true) }
            } catch {
                guard error.status == 503 else { throw error }
                succeed { $0.writeField(1, false) }
            }
        case .serverMetadata:
            let metadata = ServerMetadata(service.configuration)
            succeed { buffer in
                buffer.writeField(1, metadata.name)
                buffer.writeField(2, metadata.version)
                for name in metadata.extensions { buffer.writeElement(3, name) }
            }
        case .modelMetadata:
            let name = try GRPCModelName(bytes)
            let metadata = ModelMetadata(
                try name.describedVersion(in: table),
                among: table.entries[name.name]?.versions ?? []
            )
            succeed { $0.write(metadata) }
        case .repositoryIndex:
            let index = RepositoryIndex(table, onlyReady: try Self.wantsReady(bytes))
            succeed { buffer in
                for line in index.lines {
                    buffer.writeMessage(1) { inner in
                        inner.writeField(1, line.name)
                        inner.writeField(2, line.version)
                        inner.writeField(3, line.state)
                        inner.writeField(4, line.reason ?? "")
                    }
                }
            }
        case .modelStatistics: try tellStatistics(of: GRPCModelName(bytes))
        case .repositoryModelLoad, .repositoryModelUnload:
            let name = try GRPCModelName(bytes, nameField: 2).name
            try change(service.withdraw(name, method == .repositoryModelUnload), name)
        case .modelInfer: return
        }
    }

    /// `RepositoryIndexRequest`: whether only what is ready is wanted.
    private static func wantsReady(_ bytes: Span<UInt8>) throws(RequestError) -> Bool {
        var reader = MessageReader(0..<bytes.count)
        var ready = false
        while let field = try reader.next(bytes) {
            if field.number == 2, field.form == .varint {
                ready = try reader.varint(bytes) != 0
            } else {
                try reader.skip(field, bytes)
            }
        }
        return ready
    }

    /// Puts another table to every loop, and says so when it is there.
    private func change(_ table: Service.Publication?, _ model: String) throws(RequestError) {
        guard let table else { throw .notFound("no model is called `\(model)` here") }
        try gather({ $0.take(table) }) { call, _ in call.succeed { _ in } }
    }

    private func tellStatistics(of name: GRPCModelName) throws(RequestError) {
        let model = name.name.isEmpty ? nil : name.name
        let selector = name.selector
        if model != nil { _ = try name.describedVersion(in: state.table) }
        try gather({ Tally($0) }) { call, tallies in
            let statistics = ModelStatistics(Tally(adding: tallies), model: model, selector)
            call.succeed { $0.write(statistics) }
        }
    }

    /// Asks every loop, and goes on with what they say.
    private func gather<Part: Sendable>(
        _ question: @escaping @Sendable (LoopState) -> Part,
        _ answer: @escaping @Sendable (GRPCCall, [Part]) -> Void
    ) throws(RequestError) {
        guard let loops = service.loops else { throw .overloaded("the server is about to begin") }
        let call = NIOLoopBound(self, eventLoop: loop)
        loops.ask(question, for: loop).whenComplete { result in
            guard case .success(let parts) = result else {
                return call.value.fail(.overloaded("the server is about to end"))
            }
            answer(call.value, parts)
        }
    }
}

extension ByteBuffer {
    /// `ModelMetadataResponse`.
    fileprivate mutating func write(_ metadata: ModelMetadata) {
        writeField(1, metadata.name)
        for version in metadata.versions { writeElement(2, version) }
        writeField(3, metadata.platform)
        for (field, ports) in [(4, metadata.inputs), (5, metadata.outputs)] {
            for port in ports {
                writeMessage(field) { inner in
                    inner.writeField(1, port.name)
                    inner.writeField(2, port.datatype)
                    inner.writeMessage(3) { shape in
                        for dimension in port.shape { shape.writeVarint(UInt64(bitPattern: Int64(dimension))) }
                    }
                }
            }
        }
        writeProperty("version", metadata.parameters.version)
        if let digest = metadata.parameters.digest { writeProperty("digest", digest) }
    }

    /// An entry of the map `properties`.
    private mutating func writeProperty(_ name: String, _ value: String) {
        writeMessage(6) { entry in
            entry.writeField(1, name)
            entry.writeField(2, value)
        }
    }

    /// `ModelStatisticsResponse`.
    fileprivate mutating func write(_ statistics: ModelStatistics) {
        for version in statistics.modelStats {
            writeMessage(1) { inner in
                inner.writeField(1, version.name)
                inner.writeField(2, version.version)
                inner.writeField(3, version.lastInference)
                inner.writeField(4, version.inferenceCount)
                inner.writeField(5, version.executionCount)
                let parts = version.inferenceStats
                inner.writeMessage(6) { buffer in
                    for (index, part) in [
                        parts.success, parts.fail, parts.queue, parts.computeInput, parts.computeInfer,
                        parts.computeOutput, parts.cacheHit, parts.cacheMiss,
                    ].enumerated() {
                        buffer.writeMessage(index + 1) { duration in
                            duration.writeField(1, part.count)
                            duration.writeField(2, part.ns)
                        }
                    }
                }
            }
        }
    }
}
