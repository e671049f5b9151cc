import Glibc

/// What a sandboxed program may use.
package struct SandboxLimits: Sendable {
    /// Of its address space.
    package var memoryBytes: Int64
    /// Of processor time; who runs it watches the clock on the wall.
    package var processorSeconds: Int64
    /// Of each file that it writes, its output included.
    package var outputBytes: Int64
    /// Of its `/tmp`, which is in memory.
    package var scratchBytes: Int64

    package init(memoryBytes: Int64, processorSeconds: Int64, outputBytes: Int64, scratchBytes: Int64) {
        self.memoryBytes = memoryBytes
        self.processorSeconds = processorSeconds
        self.outputBytes = outputBytes
        self.scratchBytes = scratchBytes
    }
}

/// A Python script that runs alone, by bubblewrap (Debian's `bubblewrap`): no network, no other processes to see or
/// start, no files but the system's libraries, the interpreter's own directories and the script, all read-only, and a
/// small `/tmp` of its own that vanishes. Its environment is what stands here. It dies with this process.
package struct SandboxCommand: Sendable {
    /// The interpreter, by its absolute path; one of a virtual environment works.
    package let python: String
    /// The script, by its absolute path.
    package let script: String

    package init(python: String, script: String) {
        self.python = python
        self.script = script
    }

    private static let bubblewrap = "/usr/bin/bwrap"
    private static let limiter = "/usr/bin/prlimit"
    private static let scriptInside = "/converter.py"
    /// Where bubblewrap finds the filter of system calls.
    static let filterDescriptor: Int32 = 3

    /// How many threads it may have. The kernel counts them for each user namespace apart, so the server's own don't
    /// count; those of root it does not count at all (`weakness`).
    static let threads = 64

    /// What does not hold on this machine, in a sentence; `nil` when everything does.
    package var weakness: String? {
        getuid() == 0
            ? "a sandbox that root starts may have any number of threads; run the server as another user" : nil
    }

    /// What is missing on this machine, in a sentence; `nil` when it can be tried.
    package var obstacle: String? {
        for program in [Self.bubblewrap, Self.limiter, python] where unsafe access(program, X_OK) != 0 {
            return "\(program) is missing"
        }
        return unsafe access(script, R_OK) == 0 ? nil : "\(script) is missing"
    }

    /// The whole command line.
    /// - Parameter name: of this sandbox and of no other: it tells its processes from others' (`Sandbox`).
    package func line(_ arguments: [String], _ limits: SandboxLimits, name: String) -> [String] {
        [Self.bubblewrap] + isolation(name) + files(limits) + environment + [
            "--", Self.limiter, "--as=\(limits.memoryBytes)", "--cpu=\(limits.processorSeconds)",
            "--fsize=\(limits.outputBytes)", "--nofile=256", "--nproc=\(Self.threads)", "--core=0", "--memlock=0", "--",
            python, "-I", "-B", Self.scriptInside,
        ] + arguments
    }

    private func isolation(_ name: String) -> [String] {
        [
            "--unshare-all", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--die-with-parent",
            "--new-session", "--hostname", "sandbox-\(name)", "--seccomp", "\(Self.filterDescriptor)",
        ]
    }

    /// No `/proc` but one name in it, and hardly a `/dev`: nothing in there is needed, and a `/dev/shm` would be memory without a limit.
    private func files(_ limits: SandboxLimits) -> [String] {
        // First, because the interpreter may be below the real one.
        var words = ["--size", "\(limits.scratchBytes)", "--tmpfs", "/tmp"]
        words += ["--ro-bind", "/usr/lib", "/usr/lib", "--ro-bind-try", "/usr/lib64", "/usr/lib64"]
        words += ["--ro-bind", "/usr/bin", "/usr/bin", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
        words += ["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin"]
        for root in roots {
            for part in ["bin", "lib", "lib64", "pyvenv.cfg"] {
                words += ["--ro-bind-try", "\(root)/\(part)", "\(root)/\(part)"]
            }
        }
        for device in ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"] {
            words += ["--dev-bind", device, device]
        }
        // TensorFlow ends when it can't tell what it runs in.
        words += ["--symlink", Self.scriptInside, "/proc/self/exe"]
        return words + ["--ro-bind", script, Self.scriptInside, "--remount-ro", "/", "--chdir", "/tmp"]
    }

    /// One thread: more only compete with the server's. Names of a user and a home, because libraries ask for them.
    private var environment: [String] {
        let values = [
            ("PATH", "/usr/bin"), ("HOME", "/tmp"), ("USER", "nobody"), ("LANG", "C.UTF-8"), ("TMPDIR", "/tmp"),
            ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1"), ("MKL_NUM_THREADS", "1"),
            ("TF_CPP_MIN_LOG_LEVEL", "3"), ("CUDA_VISIBLE_DEVICES", ""),
        ]
        return ["--clearenv"] + values.flatMap { ["--setenv", $0.0, $0.1] }
    }

    /// The installation of the interpreter, and the one that a virtual environment was made of. Only parts of them are
    /// shown, so that an interpreter in somebody's home does not show the home.
    private var roots: [String] {
        var found: [String] = []
        for path in [python, Self.resolved(python)] {
            let parts = path.split(separator: "/")
            let root = "/" + parts.dropLast(2).joined(separator: "/")
            // The system's own is there already.
            if parts.count > 2, root != "/usr", !found.contains(root) { found.append(root) }
        }
        return found
    }

    private static func resolved(_ path: String) -> String {
        guard let text = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
