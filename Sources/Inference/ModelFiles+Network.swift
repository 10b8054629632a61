internal import ModelPackage
package import NeuralNetwork
internal import TensorFiles

extension ModelFiles {
    /// A network with the weights of the package.
    ///
    /// Throws a ``Failure`` of kind `integrity` when the weights are not the network's.
    package func model(of network: NetworkDescription) throws -> Sequential {
        let weights = try Safetensors.decode(read(MemberNames.weights), source: "\(source), \(MemberNames.weights)")
        let parameters = try Sequential.parameterNames(of: network).map { name in
            guard let tensor = weights.tensors[name] else {
                throw PackageError("\(source): the weights hold no tensor `\(name)`")
            }
            return NamedTensor(name: name, shape: tensor.shape, values: try tensor.floats())
        }
        return try Sequential(network, parameters: parameters)
    }
}
