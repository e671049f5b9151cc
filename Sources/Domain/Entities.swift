/// Tags for typed ids: `WorkspaceID` can't be passed where a `ModelID` is asked for.
package enum Entity {
    package enum User {}
    package enum Workspace {}
    package enum Model {}
    package enum ModelVersion {}
    package enum Pipeline {}
    package enum PipelineVersion {}
    package enum Publish {}
    package enum Edge {}
    package enum Connection {}
    package enum ModelRegistry {}
    package enum AuditEvent {}
    package enum Tag {}
    package enum APIToken {}
    package enum ExternalIdentity {}
}

/// A user's UUID (USER-02).
package typealias UserID = UniqueID<Entity.User>
/// A workspace's integer (WS-03).
package typealias WorkspaceID = IntegerID<Entity.Workspace>
/// A model's integer (TAG-10).
package typealias ModelID = IntegerID<Entity.Model>
/// A model version's UUID (MODEL-08).
package typealias ModelVersionID = UniqueID<Entity.ModelVersion>
/// A pipeline's integer (TAG-10).
package typealias PipelineID = IntegerID<Entity.Pipeline>
/// A pipeline version's UUID (PIPE-16).
package typealias PipelineVersionID = UniqueID<Entity.PipelineVersion>
/// A pipeline version's integer, which publishes and edges refer to (PIPE-21).
package typealias PipelineVersionNumber = IntegerID<Entity.PipelineVersion>
/// A publish's integer (PUB-05).
package typealias PublishID = IntegerID<Entity.Publish>
/// An edge's UUID (EDGE-06).
package typealias EdgeID = UniqueID<Entity.Edge>
/// A connection's integer.
package typealias ConnectionID = IntegerID<Entity.Connection>
/// A model registry's integer.
package typealias ModelRegistryID = IntegerID<Entity.ModelRegistry>
/// The number of a row of the audit.
package typealias AuditEventID = IntegerID<Entity.AuditEvent>
/// The UUID of a token that programs send.
package typealias APITokenID = UniqueID<Entity.APIToken>
/// The UUID of a link to another provider.
package typealias ExternalIdentityID = UniqueID<Entity.ExternalIdentity>
/// A tag's integer (TAG-03).
package typealias TagID = IntegerID<Entity.Tag>
