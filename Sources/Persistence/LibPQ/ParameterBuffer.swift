import CLibPQ
import Glibc

/// Memory in which parameters stand while libpq copies them into its own buffer; kept from statement to statement, so
/// that binding allocates nothing. One thread uses it.
@safe final class ParameterBuffer {
    /// Above this many bytes the memory is given back after use.
    private static let keep = 1 << 20

    private var values: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>
    private var lengths: UnsafeMutableBufferPointer<Int32>
    private var formats: UnsafeMutableBufferPointer<Int32>
    private var types: UnsafeMutableBufferPointer<Oid>
    private var bytes: UnsafeMutableRawBufferPointer

    init() {
        unsafe values = .allocate(capacity: 0)
        unsafe lengths = .allocate(capacity: 0)
        unsafe formats = .allocate(capacity: 0)
        unsafe types = .allocate(capacity: 0)
        unsafe bytes = .allocate(byteCount: 1024, alignment: 16)
        growSlots(to: 16)
    }

    deinit {
        unsafe values.deallocate()
        unsafe lengths.deallocate()
        unsafe formats.deallocate()
        unsafe types.deallocate()
        unsafe bytes.deallocate()
    }

    /// Calls the body with libpq's five views of the parameters, all in binary format.
    func withParameters<Result>(
        _ parameters: [SQLParameter],
        _ body: (
            Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        growSlots(to: parameters.count)
        growBytes(to: parameters.reduce(0) { $0 + $1.byteCount })
        var offset = 0
        for (index, parameter) in parameters.enumerated() { store(parameter, at: index, &offset) }
        defer { if offset > Self.keep { resizeBytes(to: 1024) } }
        return unsafe body(
            Int32(parameters.count), UnsafePointer(types.baseAddress), UnsafePointer(values.baseAddress),
            UnsafePointer(lengths.baseAddress), UnsafePointer(formats.baseAddress))
    }

    private func store(_ parameter: SQLParameter, at index: Int, _ offset: inout Int) {
        unsafe types[index] = parameter.type.rawValue
        guard let start = unsafe bytes.baseAddress?.advanced(by: offset), let count = unsafe copy(parameter, to: start)
        else {
            unsafe values[index] = nil
            unsafe lengths[index] = 0
            return
        }
        unsafe values[index] = UnsafePointer(start.assumingMemoryBound(to: CChar.self))
        unsafe lengths[index] = Int32(count)
        offset += count
    }

    /// The number of bytes written; `nil` for null.
    private func copy(_ parameter: SQLParameter, to start: UnsafeMutableRawPointer) -> Int? {
        switch parameter.storage {
        case .null: return nil
        case .inline(let first, let second, let count):
            unsafe start.storeBytes(of: first, as: UInt64.self)
            if count > 8 { unsafe start.storeBytes(of: second, toByteOffset: 8, as: UInt64.self) }
            return count
        case .bytes(let source): return unsafe copy(source, to: start)
        case .text(let text): return unsafe copy(text.utf8, to: start)
        case .json(let text):
            unsafe start.storeBytes(of: 1, as: UInt8.self)
            return unsafe copy(text.utf8, to: start + 1) + 1
        }
    }

    private func copy(_ source: some Collection<UInt8>, to start: UnsafeMutableRawPointer) -> Int {
        let target = unsafe UnsafeMutableRawBufferPointer(start: start, count: source.count)
        unsafe target.copyBytes(from: source)
        return source.count
    }

    private func growSlots(to count: Int) {
        let old = unsafe values.count
        guard count > old else { return }
        let capacity = max(count, 2 * old)
        unsafe values.deallocate()
        unsafe lengths.deallocate()
        unsafe formats.deallocate()
        unsafe types.deallocate()
        unsafe values = .allocate(capacity: capacity)
        unsafe lengths = .allocate(capacity: capacity)
        unsafe formats = .allocate(capacity: capacity)
        unsafe types = .allocate(capacity: capacity)
        unsafe values.initialize(repeating: nil)
        unsafe lengths.initialize(repeating: 0)
        unsafe formats.initialize(repeating: 1)
        unsafe types.initialize(repeating: 0)
    }

    private func growBytes(to count: Int) {
        if unsafe count > bytes.count { resizeBytes(to: max(count, 2 * (unsafe bytes.count))) }
    }

    private func resizeBytes(to count: Int) {
        unsafe bytes.deallocate()
        unsafe bytes = .allocate(byteCount: count, alignment: 16)
    }
}

extension SQLParameter {
    /// The room that the value takes in the buffer: whole words, as inline values are written as words.
    fileprivate var byteCount: Int {
        switch storage {
        case .null: 0
        case .inline: 16
        case .bytes(let bytes): bytes.count
        case .text(let text): text.utf8.count
        case .json(let text): text.utf8.count + 1
        }
    }
}
