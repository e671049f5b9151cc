import Domain
import MLflow

extension MLflowError {
    /// What a client is told.
    var refusal: Refusal {
        switch self {
        case .unavailable: .unavailable("\(self); nothing was changed", retryAfterSeconds: 5)
        case .slowDown(let seconds): .unavailable("\(self)", retryAfterSeconds: seconds)
        case .refused(let status):
            .badGateway(.registryRefused, "the model registry refuses the request (\(status)); check its token")
        case .notFound: .notFound(.registryItem)
        case .unusable: .badGateway(.registryAnswer, "\(self)")
        case .addressNotAllowed:
            .badGateway(.registryAnswer, "\(self); an operator can list it in model.registry.addresses")
        case .notServed: .conflict(.artifactsNotServed, "\(self); MLflow has --serve-artifacts for that")
        }
    }
}
