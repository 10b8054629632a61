internal import NIOCore

/// Answers in the forms that TensorFlow Serving, KServe and MLflow share.
struct PredictResponse {
    let outputs: [OutputTensor]

    /// `{"predictions": …}` row by row: a value for each row, or, of several outputs, an object.
    func writeRows(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"predictions\":[")
        for row in 0..<(outputs.first?.shape.first ?? 0) {
            if row > 0 { buffer.writeStaticString(",") }
            if outputs.count == 1 {
                buffer.write(outputs[0], row: row)
                continue
            }
            for (index, output) in outputs.enumerated() {
                buffer.writeStaticString(index == 0 ? "{" : ",")
                buffer.writeJSON(output.name)
                buffer.writeStaticString(":")
                buffer.write(output, row: row)
            }
            buffer.writeStaticString("}")
        }
        buffer.writeStaticString("]}")
    }

    /// `{"outputs": …}` tensor by tensor; a single one needs no name.
    func writeColumns(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"outputs\":")
        if outputs.count == 1 {
            buffer.writeJSON(outputs[0], shape: outputs[0].shape[...], from: 0)
        } else {
            for (index, output) in outputs.enumerated() {
                buffer.writeStaticString(index == 0 ? "{" : ",")
                buffer.writeJSON(output.name)
                buffer.writeStaticString(":")
                buffer.writeJSON(output, shape: output.shape[...], from: 0)
            }
            buffer.writeStaticString("}")
        }
        buffer.writeStaticString("}")
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ output: OutputTensor, row: Int) {
        let shape = output.shape.dropFirst()
        writeJSON(output, shape: shape, from: row * shape.reduce(1, *))
    }
}
