import Arrow
import Domain

/// Inputs and outputs of a Hugging Face pipeline (MODEL-41 to MODEL-56). Sizes of lists are examples in the
/// requirements, so types are compared without them.
struct HuggingFaceSchemas {
    /// Name, type without sizes, and whether it must be there.
    struct Field {
        let name: String
        let type: String
        let isRequired: Bool
    }

    private let inputs: [Field]
    private let outputs: [Field]
    /// Inputs that it does not know go on to the model (MODEL-57, E51).
    private let forwardsExtras: Bool

    /// - Parameters:
    ///   - inputs: `name type` separated by `;`, with a `!` behind what must be there.
    private init(_ inputs: String, _ outputs: String, forwardsExtras: Bool = false) {
        self.inputs = Self.fields(inputs)
        self.outputs = Self.fields(outputs)
        self.forwardsExtras = forwardsExtras
    }

    private static func fields(_ text: String) -> [Field] {
        text.split(separator: ";").map { part in
            let words = part.split(separator: " ", maxSplits: 1)
            let name = words.first ?? ""
            return Field(
                name: String(name.filter { $0 != "!" }), type: String(words.last ?? ""), isRequired: name.hasSuffix("!")
            )
        }
    }

    /// - Throws: `Refusal.invalid` with rule `pipeline_schema`.
    func check(_ input: ArrowSchema, _ output: ArrowSchema, _ framework: ModelFramework) throws(Refusal) {
        try Self.check(input, inputs, mayHaveMore: forwardsExtras, "input_schema", framework)
        try Self.check(output, outputs, mayHaveMore: false, "output_schema", framework)
        if framework == .speechRecognition, input[name: "return_timestamps"] != nil, output[name: "chunks"] == nil {
            throw .invalid("output_schema", "pipeline_schema", "return_timestamps gives chunks, which are not in it")
        }
    }

    private static func check(
        _ schema: ArrowSchema, _ fields: [Field], mayHaveMore: Bool, _ name: String, _ framework: ModelFramework
    ) throws(Refusal) {
        for field in schema.fields {
            guard let known = fields.first(where: { field.isNamed($0.name) }) else {
                guard !mayHaveMore else { continue }
                let names = fields.map(\.name).joined(separator: ", ")
                throw .invalid(
                    name, "pipeline_schema",
                    "\(ModelSchema.short(field.name)) is none of \(framework.rawValue): \(names)")
            }
            guard shape(field.type) == known.type else {
                throw .invalid(
                    name, "pipeline_schema",
                    "\(known.name) is \(ModelSchema.short(field.type)) and must be \(known.type)")
            }
        }
        for field in fields where field.isRequired && schema[name: field.name] == nil {
            throw .invalid(name, "pipeline_schema", "\(field.name) is missing, which \(framework.rawValue) needs")
        }
    }

    /// The type without the sizes of lists.
    private static func shape(_ type: ArrowType) -> String {
        switch type {
        case .list(let item), .fixedList(let item, _): "list<\(shape(item.type))>"
        case .structure(let fields):
            "struct{\(fields.map { "\($0.name): \(shape($0.type))" }.joined(separator: ", "))}"
        default: type.description
        }
    }

    private static let image = "list<list<list<int64>>>"

    /// `sentiment-analysis` is not here: no schema of it is given (MODEL-54).
    static let all: [ModelFramework: HuggingFaceSchemas] = [
        .featureExtraction: .init("inputs! string", "output! list<list<float64>>"),
        .imageClassification: .init("inputs! \(image);top_k int64", "score list<float64>;label! list<string>"),
        .imageSegmentation: .init(
            "inputs! \(image);threshold float64;mask_threshold float64;overlap_mask_area_threshold float64",
            "score list<float64>;label list<string>;mask! list<list<list<int64>>>"),
        .imageToText: .init(
            "inputs! \(image);max_new_tokens int64", "generated_text! list<string>", forwardsExtras: true),
        .objectDetection: .init(
            "inputs! \(image);threshold float64", "score list<float64>;label list<string>;box! list<list<int64>>"),
        .questionAnswering: .init(
            "question! string;context! string;top_k int64;doc_stride int64;max_answer_len int64;max_seq_len int64;"
                + "max_question_len int64;handle_impossible_answer bool;align_to_words bool",
            "score float64;start int64;end int64;answer! string"),
        .textToImage: .init(
            "prompt! string;height int64;width int64;num_inference_steps int64;guidance_scale float64;"
                + "negative_prompt string;num_images_per_prompt string;eta float64",
            "images! list<list<list<int64>>>"),
        .summarization: .init(
            "inputs! string;return_text bool;return_tensors bool;clean_up_tokenization_spaces bool",
            "summary_text! string", forwardsExtras: true),
        .textClassification: .init(
            "inputs! string;top_k int64;function_to_apply string", "label! list<string>;score list<float64>",
            forwardsExtras: true),
        .translation: .init(
            "inputs! string;return_tensors bool;return_text bool;clean_up_tokenization_spaces bool;src_lang string;"
                + "tgt_lang string", "translation_text! string", forwardsExtras: true),
        .zeroShotClassification: .init(
            "inputs! string;candidate_labels! list<string>;hypothesis_template string;multi_label bool",
            "sequence string;scores list<float64>;labels! list<string>"),
        .zeroShotImageClassification: .init(
            "inputs! \(image);candidate_labels! list<string>;hypothesis_template string",
            "score list<float64>;label! list<string>"),
        .zeroShotObjectDetection: .init(
            "images! \(image);candidate_labels! list<string>;threshold float64;top_k int64",
            "score list<float64>;label list<string>;box! list<list<int64>>"),
        .textGeneration: .init(
            "inputs! string;return_tensors bool;return_text bool;return_full_text bool;"
                + "clean_up_tokenization_spaces bool;prefix string;handle_long_generation string",
            "generated_text! list<string>", forwardsExtras: true),
        .speechRecognition: .init(
            "inputs! list<float32>;return_timestamps string",
            "text! string;chunks list<struct{text: string, timestamp: list<float32>}>"),
    ]
}
