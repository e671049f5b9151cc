import Auth
import Domain
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// Makes pages of templates, with the headers that every page has.
struct Pages: Sendable {
    private let library: MustacheLibrary

    /// Templates are part of the program; a test renders each.
    /// - Throws: what the parser says of a template that is none.
    init() throws {
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        library = MustacheLibrary(
            templates: try PageTemplates.all.mapValues {
                try MustacheTemplate(string: "{{% CONTENT_TYPE: \(HTMLEscaping.name)}}\n\($0)")
            })
    }

    /// What a page is made of. Only texts, flags and lists of them, so that nothing else can get into a page.
    typealias Values = [String: PageValue]

    /// - Parameters:
    ///   - session: who is signed in, for the header.
    ///   - formTargets: other origins that the page's form may lead to by a redirect.
    func page(
        _ template: String, _ values: Values, session: BrowserSession? = nil, status: HTTPResponse.Status = .ok,
        formTargets: [String] = []
    ) -> Response {
        var all = values.mapValues(\.any)
        if let session {
            all["user"] = true
            all["email"] = session.principal.email.rawValue
            all["form_token"] = session.formToken
        }
        let text = library.render(all, withTemplate: template) ?? ""
        return Response(
            status: status, headers: Self.headers(formTargets: formTargets),
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// A page that only says something.
    func message(
        _ title: String, text: String? = nil, error: String? = nil, link: (String, String)? = nil,
        session: BrowserSession? = nil, status: HTTPResponse.Status = .ok
    ) -> Response {
        page(
            "message",
            [
                "title": .text(title), "text": .text(text), "error": .text(error), "link": .text(link?.0),
                "link_text": .text(link?.1),
            ], session: session, status: status)
    }

    /// To another address, with GET (RFC 9110, section 15.4.4).
    static func redirect(to location: String) -> Response {
        var headers = headers(formTargets: [])
        headers[.contentType] = nil
        headers[.location] = location
        return Response(status: .seeOther, headers: headers)
    }

    /// No scripts, no frames, no other origin; the style sheet has an address of its own.
    private static func headers(formTargets: [String]) -> HTTPFields {
        let targets = (["'self'"] + formTargets).joined(separator: " ")
        return [
            .contentType: "text/html; charset=utf-8",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; form-action \(targets); frame-ancestors 'none'; base-uri 'none'",
            .referrerPolicy: "no-referrer", .frameOptions: "DENY", .cacheControl: "no-store",
            .openerPolicy: "same-origin",
        ]
    }
}

/// A value of a template.
enum PageValue {
    /// Text, or what is left out.
    case text(String?)
    case flag(Bool)
    case list([[String: PageValue]])

    /// What the library takes.
    fileprivate var any: Any {
        switch self {
        case .text(nil), .text(""): Absent()
        case .text(let text?): text
        case .flag(let flag): flag
        case .list(let rows): rows.map { $0.mapValues(\.any) }
        }
    }
}

/// No text: nothing where it stands, and no section.
private struct Absent: MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
}

extension HTTPField.Name {
    static let contentSecurityPolicy = HTTPField.Name.known("Content-Security-Policy")
    static let referrerPolicy = HTTPField.Name.known("Referrer-Policy")
    static let frameOptions = HTTPField.Name.known("X-Frame-Options")
    static let openerPolicy = HTTPField.Name.known("Cross-Origin-Opener-Policy")
}
