// Unknown feature names are ignored silently by the compiler; this file turns a misspelling into a build error.
#if !hasFeature(ExistentialAny) || !hasFeature(InternalImportsByDefault) || !hasFeature(MemberImportVisibility)
    #error("Package.swift's settings loop no longer applies: an upcoming feature is off")
#endif
