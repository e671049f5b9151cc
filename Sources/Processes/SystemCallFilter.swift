import CSpawn
import Glibc

/// What the kernel refuses a sandboxed program: a seccomp program (seccomp(2)), which it has from its first instruction
/// on. Namespaces keep files and the network away; this keeps it a single process, so that the limits of one process
/// are the limits of all (but for the threads, which `--nproc` counts), and takes away the ways to memory that those limits do not count.
enum SystemCallFilter {
    /// Refused with EPERM.
    private static let refused: [Int32] =
        oneProcess + [
            // Connections, also of the kinds that a network namespace does not cover (VSOCK).
            __NR_socket,
            // Memory that is not part of the address space.
            __NR_memfd_create, __NR_shmget, __NR_msgget, __NR_semget,
            // Other namespaces, and other processes.
            __NR_unshare, __NR_setns, __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_ptrace,
            __NR_process_vm_readv, __NR_process_vm_writev, __NR_open_by_handle_at,
            // Parts of the kernel that a conversion has no use for, and in which faults were found often.
            __NR_bpf, __NR_perf_event_open, __NR_keyctl, __NR_add_key, __NR_request_key, __NR_userfaultfd,
            __NR_io_uring_setup,
        ]

    #if arch(x86_64)
        private static let oneProcess = [__NR_fork, __NR_vfork]
        /// AUDIT_ARCH_X86_64
        private static let architecture: UInt32 = 0xC000_003E
    #else
        private static let oneProcess: [Int32] = []
        /// AUDIT_ARCH_AARCH64
        private static let architecture: UInt32 = 0xC000_00B7
    #endif

    /// The program as `bwrap --seccomp` reads it: `struct sock_filter`s in the byte order of the machine.
    static var program: [UInt8] {
        // struct seccomp_data: 0 number, 4 architecture, 16 the first argument, of which the lower half comes first.
        var code: [Instruction] = [.load(4), .ifEqual(architecture, skip: 1), .result(.kill), .load(0)]
        #if arch(x86_64)
            // The x32 calls have numbers of their own.
            code += [.ifAtLeast(0x4000_0000), .result(.kill)]
        #endif
        for number in refused { code += [.unlessEqual(UInt32(number)), .result(.errno(EPERM))] }
        // Its flags stand in memory, where a filter can't look; without it glibc uses `clone`.
        code += [.unlessEqual(UInt32(__NR_clone3)), .result(.errno(ENOSYS))]
        code += [.unlessEqual(UInt32(__NR_clone), skip: 3), .load(16), .ifAnySet(threadFlag), .result(.errno(EPERM))]
        code.append(.result(.allow))
        return code.flatMap(\.bytes)
    }

    /// CLONE_THREAD
    private static let threadFlag: UInt32 = 0x0001_0000

    /// What becomes of a call.
    private enum Outcome {
        case allow, kill
        case errno(Int32)

        var value: UInt32 {
            switch self {
            case .allow: 0x7FFF_0000
            case .kill: 0x8000_0000
            case .errno(let number): 0x0005_0000 | UInt32(number)
            }
        }
    }

    /// One `struct sock_filter`.
    private struct Instruction {
        let code: UInt16
        let whenTrue: UInt8
        let whenFalse: UInt8
        let value: UInt32

        /// Loads 32 bits of the call's description.
        static func load(_ offset: UInt32) -> Self { .init(code: 0x20, whenTrue: 0, whenFalse: 0, value: offset) }
        static func ifEqual(_ value: UInt32, skip: UInt8) -> Self {
            .init(code: 0x15, whenTrue: skip, whenFalse: 0, value: value)
        }
        static func unlessEqual(_ value: UInt32, skip: UInt8 = 1) -> Self {
            .init(code: 0x15, whenTrue: 0, whenFalse: skip, value: value)
        }
        /// Goes on with the next one if at least so large, and else after it.
        static func ifAtLeast(_ value: UInt32) -> Self { .init(code: 0x35, whenTrue: 0, whenFalse: 1, value: value) }
        /// Skips the next one if one of the bits is set.
        static func ifAnySet(_ bits: UInt32) -> Self { .init(code: 0x45, whenTrue: 1, whenFalse: 0, value: bits) }
        static func result(_ outcome: Outcome) -> Self {
            .init(code: 0x06, whenTrue: 0, whenFalse: 0, value: outcome.value)
        }

        var bytes: [UInt8] {
            let parts = UInt64(code) | UInt64(whenTrue) << 16 | UInt64(whenFalse) << 24 | UInt64(value) << 32
            return (0..<8).map { UInt8(truncatingIfNeeded: parts >> (8 * $0)) }
        }
    }
}
