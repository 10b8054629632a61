package import Datasets
package import ModelPackage

extension Signature {
    /// The inputs and outputs of a network behind a feature pipeline: the raw columns go in.
    package init(features: FeaturePipeline, outputs: Int, target: String?, classes: [String]?) {
        let inputs = features.fields.map { field in
            Port(name: field.name, type: field.kind == .text ? "string" : "float32", shape: field.shape)
        }
        let output =
            classes == nil
            ? Port(name: target ?? "prediction", type: "float32", shape: outputs == 1 ? [] : [outputs])
            : Port(name: "probabilities", type: "float32", shape: [classes?.count ?? outputs])
        self.init(inputs: inputs, outputs: [output], classes: classes)
    }
}
