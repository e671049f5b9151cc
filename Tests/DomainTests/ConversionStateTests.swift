import Domain
import TestSupport
import Testing

struct ConversionStateTests {
    /// The paths that were observed of the original (MODEL-20), and that end in an error.
    @Test(
        .proves("MODEL-20"),
        arguments: [
            [.pendingContainer, .attemptingContainer, .ready],
            [.pendingNative, .pendingContainer, .attemptingContainer, .ready],
            [.pendingNative, .attemptingNative, .ready],
            [.pendingNative, .attemptingNative, .pendingContainer, .attemptingContainer, .ready],
            [.pendingNative, .attemptingNative, .attemptingNative, .ready],
            [.pendingNative, .attemptingNative, .pendingContainer, .attemptingContainer, .error],
        ] as [[ConversionState]])
    func `an observed path is possible`(_ path: [ConversionState]) {
        for (before, after) in zip(path, path.dropFirst()) { #expect(after.predecessors.contains(before)) }
    }

    @Test func `nothing follows an end, and nothing leads back`() {
        for state in ConversionState.allCases {
            let before = state.predecessors
            #expect(before.filter { $0.isEnd } == [])
            #expect(state != .ready || !before.contains(.pendingNative))
        }
        #expect(ConversionState.pendingNative.predecessors == [])
        #expect(!ConversionState.attemptingNative.predecessors.contains(.pendingContainer))
    }

    @Test(.proves("MODEL-15", "MODEL-16"), arguments: ModelFramework.allCases)
    func `a framework begins where it should`(_ framework: ModelFramework) {
        let first = ConversionState.first(of: framework)
        switch framework {
        case .onnx, .tensorflow, .python, .mlflow: #expect(first == nil)
        case .keras, .sklearn, .pytorch, .xgboost: #expect(first == .pendingNative)
        default: #expect(first == .pendingContainer)
        }
    }

    @Test(.proves("MODEL-18")) func `each state has one of the four words`() {
        #expect(
            ConversionState.allCases.map(\.versionStatus) == [
                .pendingConversion, .converting, .converting, .converting, .ready, .error,
            ])
    }
}
