import Datasets
import Support
import Testing

/// Features that somebody else has written: what does not fit together is refused before a row comes.
struct FeatureDamageTests {
    @Test(arguments: [
        (#"{"kind":"number","name":"x","shape":[]}"#, #"{"standardize":{"deviations":[1],"means":[]}}"#),
        (#"{"kind":"number","name":"x","shape":[3]}"#, #"{"min_max":{"minima":[1],"ranges":[1]}}"#),
        (#"{"kind":"number","name":"x","shape":[2]}"#, #"{"robust":{"medians":[1,2,3],"ranges":[1,2,3]}}"#),
        (#"{"kind":"number","name":"x","shape":[2]}"#, #"{"impute":{"values":[]}}"#),
        (#"{"kind":"number","name":"x","shape":[2]}"#, #"{"clip":{"lower":[],"upper":[]}}"#),
        (#"{"kind":"number","name":"x","shape":[]}"#, #"{"one_hot":{"categories":["a"]}}"#),
        (#"{"kind":"text","name":"x","shape":[]}"#, #"{"rescale":{"factor":2}}"#),
        (#"{"kind":"text","name":"x","shape":[]}"#, #"{"hash":{"buckets":0}}"#),
        (#"{"kind":"text","name":"x","shape":[2]}"#, #"{"hash":{"buckets":4}}"#),
        (#"{"kind":"text","name":"x","shape":[]}"#, ""), (#"{"kind":"number","name":"x","shape":[-1]}"#, ""),
        (#"{"kind":"number","name":"x","shape":[4611686018427387904,4]}"#, ""),
    ])
    func chainsThatDoNotFit(field: String, step: String) throws {
        let text = """
            {"schema":"features/1","columns":[{"field":\(field),"steps":[\(step)]}],"ignored":[]}
            """
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(FeaturePipeline.self, from: Array(text.utf8), source: "features.json")
        }
        #expect(error?.description.contains("column `x`: ") == true, "\(error?.description ?? "")")
    }

    @Test func whatFitsIsRead() throws {
        let text = """
            {"schema":"features/1","columns":[
              {"field":{"kind":"number","name":"x","shape":[2]},
               "steps":[{"impute":{"values":[1,2],"indicator":true}},{"clip":{"lower":[0],"upper":[9]}}]},
              {"field":{"kind":"text","name":"y","shape":[]},
               "steps":[{"impute_text":{"value":"a","indicator":false}},{"one_hot":{"categories":["a","b"]}}]},
              {"field":{"kind":"text","name":"z","shape":[]},
               "steps":[{"ordinal":{"categories":["a","b"]}},{"standardize":{"deviations":[1],"means":[0]}}]}
            ],"ignored":[]}
            """
        let pipeline = try JSON.decode(FeaturePipeline.self, from: Array(text.utf8), source: "features.json")
        #expect(pipeline.width == 7)
        #expect(pipeline.columns[1].steps.map(\.name) == ["impute", "one_hot"])
    }
}
