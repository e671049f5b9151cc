package import Domain
package import FoundationEssentials

/// A device authorization under way (RFC 8628).
package struct DeviceCodeRecord: Sendable {
    package let clientID: String
    package let scope: String
    /// Where the device is, for the person who approves it.
    package let address: String
    package let createdAt: Date
    package let expiresAt: Date
    package let intervalSeconds: Int
    package let polledAt: Date?
    /// Who decided.
    package let userID: UserID?
    /// What was decided; `nil` before.
    package let isApproved: Bool?
    package let consumedAt: Date?
    /// With which sign-in it was decided.
    package let signInID: UUID?

    static let columns: SQL =
        """
        d.client_id, d.scope, d.address, d.created_at, d.expires_at, d.interval_seconds, d.polled_at, d.user_id,
        d.approved, d.consumed_at, d.sign_in_id
        """

    init(row: inout RowReader) throws(DatabaseError) {
        clientID = try row.next()
        scope = try row.next()
        address = try row.next()
        createdAt = try row.next()
        expiresAt = try row.next()
        intervalSeconds = Int(try row.next(Int32.self))
        polledAt = try row.next()
        userID = try row.next()
        isApproved = try row.next()
        consumedAt = try row.next()
        signInID = try row.next()
    }
}

/// A fresh device authorization.
package struct NewDeviceCode: Sendable {
    package let deviceSHA256: [UInt8]
    package let userCodeSHA256: [UInt8]
    package let clientID: String
    package let scope: String
    package let address: String
    /// What the address is counted as.
    let network: String
    package let createdAt: Date
    package let expiresAt: Date
    package let intervalSeconds: Int

    /// - Parameter address: empty when it is not known.
    package init(
        deviceSHA256: [UInt8], userCodeSHA256: [UInt8], clientID: String, scope: String, address: String,
        createdAt: Date, expiresAt: Date, intervalSeconds: Int
    ) {
        self.deviceSHA256 = deviceSHA256
        self.userCodeSHA256 = userCodeSHA256
        self.clientID = clientID
        self.scope = scope
        self.address = address
        self.network = IPAddress.network(of: address)
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.intervalSeconds = intervalSeconds
    }
}

extension Query {
    /// Adds a device authorization unless `limit` of them are live, or `networkLimit` of its network, if that is known:
    /// 1, or 0. Violates `device_codes_user_code_sha256_uq` when the user code is in use.
    package static func insertDeviceCode(_ new: NewDeviceCode, limit: Int, ofNetwork networkLimit: Int) -> Query<Int>
    where Result == Int {
        .execute(
            "device_code.insert",
            """
            insert into device_codes (device_sha256, user_code_sha256, client_id, scope, address, network, created_at,
                expires_at, interval_seconds)
            select \(new.deviceSHA256), \(new.userCodeSHA256), \(new.clientID), \(new.scope), \(new.address),
                \(new.network), \(new.createdAt), \(new.expiresAt), \(Int32(new.intervalSeconds))
            where (select count(*) from (
                select from device_codes where expires_at > \(new.createdAt) limit \(Int64(limit))) live) < \(Int64(limit))
              and (\(new.network) = '' or (select count(*) from (
                select from device_codes
                where network = \(new.network) and expires_at > \(new.createdAt) limit \(Int64(networkLimit))) live)
                < \(Int64(networkLimit)))
            """)
    }

    /// How many authorizations of the network of an address are live.
    package static func liveDeviceCodes(of address: String, at: Date) -> Query<Int64> where Result == Int64 {
        .one(
            "device_code.count_live",
            """
            select count(*) from device_codes
            where network = \(IPAddress.network(of: address)) and expires_at > \(at)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(Int64.self) }
    }

    /// The authorization of a device code, locked to the end of the transaction.
    package static func lockDeviceCode(deviceSHA256: [UInt8]) -> Query<DeviceCodeRecord?>
    where Result == DeviceCodeRecord? {
        .first(
            "device_code.lock",
            """
            select \(DeviceCodeRecord.columns) from device_codes d
            where d.device_sha256 = \(deviceSHA256) for update
            """, DeviceCodeRecord.init(row:))
    }

    /// Notes when the device asked, and how long it must wait from then on.
    package static func noteDevicePoll(deviceSHA256: [UInt8], at: Date, intervalSeconds: Int) -> Query<Int>
    where Result == Int {
        .execute(
            "device_code.poll",
            """
            update device_codes set polled_at = \(at), interval_seconds = \(Int32(intervalSeconds))
            where device_sha256 = \(deviceSHA256)
            """)
    }

    /// Uses an approved device code up.
    package static func consumeDeviceCode(deviceSHA256: [UInt8], at: Date) -> Query<Int> where Result == Int {
        .execute(
            "device_code.consume",
            """
            update device_codes set consumed_at = \(at)
            where device_sha256 = \(deviceSHA256) and approved and consumed_at is null
            """)
    }

    /// The undecided, live authorization that a user code names.
    package static func openDeviceCode(userCodeSHA256: [UInt8], at: Date) -> Query<DeviceCodeRecord?>
    where Result == DeviceCodeRecord? {
        .first(
            "device_code.open",
            """
            select \(DeviceCodeRecord.columns) from device_codes d
            where d.user_code_sha256 = \(userCodeSHA256) and d.decided_at is null and d.expires_at > \(at)
            """, DeviceCodeRecord.init(row:))
    }

    /// Approves or denies an undecided, live authorization with a sign-in: 1, else 0.
    package static func decideDeviceCode(
        userCodeSHA256: [UInt8], by user: UserID, signIn: UUID, approved: Bool, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "device_code.decide",
            """
            update device_codes set user_id = \(user), sign_in_id = \(signIn), approved = \(approved), decided_at = \(at)
            where user_code_sha256 = \(userCodeSHA256) and decided_at is null and expires_at > \(at)
            """)
    }

    /// Forgets up to `limit` authorizations that expired before `before`.
    package static func purgeDeviceCodes(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "device_code.purge",
            """
            delete from device_codes where device_sha256 in (
                select device_sha256 from device_codes where expires_at < \(before) limit \(Int64(limit)))
            """)
    }

    /// The most wrong user codes that one of the subjects has tried since `since`.
    package static func userCodeFailures(of subjects: [String], since: Date) -> Query<Int64> where Result == Int64 {
        .one(
            "user_code_failure.count",
            """
            select coalesce(max(failures), 0)::int8 from user_code_failures
            where subject = any(\(subjects)) and since > \(since)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(Int64.self) }
    }

    /// Counts a wrong user code for each subject; a count that began before `since` begins anew.
    package static func noteUserCodeFailure(of subjects: [String], since: Date, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "user_code_failure.note",
            """
            insert into user_code_failures as f (subject, failures, since)
            select s, 1, \(at) from unnest(\(subjects)) s order by s
            on conflict (subject) do update
            set failures = case when f.since > \(since) then f.failures + 1 else 1 end,
                since = case when f.since > \(since) then f.since else excluded.since end
            """)
    }

    /// Forgets up to `limit` counts that began before `before`.
    package static func purgeUserCodeFailures(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "user_code_failure.purge",
            """
            delete from user_code_failures where subject in (
                select subject from user_code_failures where since < \(before) limit \(Int64(limit)))
            """)
    }
}
