/// The pages' HTML. Values are escaped by `HTMLEscaping`; `{{{` must not occur. Everything works without scripts.
enum PageTemplates {
    static let all: [String: String] = [
        "head": head, "foot": foot, "error": error, "sign-in": signIn, "device": device,
        "confirm-device": confirmDevice, "consent": consent, "decision": decision, "invitation": invitation,
        "account": account, "identities": identities, "tokens": tokens, "token": token, "message": message,
        "confirm-sign-out": confirmSignOut,
    ]

    private static let head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{#error}}Error: {{/error}}{{title}} - Drover</title>
        <link rel="stylesheet" href="/assets/pages.css">
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <span class="brand">Drover</span>
        {{#user}}
        <nav aria-label="Account">
        <a href="/account">{{email}}</a>
        <form method="post" action="/sign-out">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <button type="submit" class="plain">Sign out</button>
        </form>
        </nav>
        {{/user}}
        </header>
        <main id="main">
        <h1>{{title}}</h1>
        """

    private static let foot = """
        </main>
        </body>
        </html>

        """

    private static let error = """
        {{#error}}
        <div class="alert" role="alert" id="problem">
        <p>{{error}}</p>
        </div>
        {{/error}}
        """

    private static let signIn = """
        {{> head}}
        {{> error}}
        <form method="post" action="/sign-in">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <input type="hidden" name="return" value="{{return}}">
        <p>
        <label for="username">E-mail address</label>
        <input id="username" name="username" type="text" inputmode="email" autocomplete="username"
        autocapitalize="none" spellcheck="false" maxlength="254" required value="{{username}}"
        {{#error}} aria-invalid="true" aria-describedby="problem"{{/error}}>
        </p>
        <p>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" maxlength="512" required
        {{#error}} aria-invalid="true" aria-describedby="problem"{{/error}}>
        </p>
        <p><button type="submit">Sign in</button></p>
        </form>
        {{#external}}
        <p><a class="button" href="{{external_link}}">Sign in with {{external}}</a></p>
        {{/external}}
        {{> foot}}
        """

    private static let device = """
        {{> head}}
        {{> error}}
        <p>Enter the code that your program shows.</p>
        <form method="get" action="/auth/realms/master/device">
        <p>
        <label for="user_code">Code</label>
        <span class="hint" id="code-hint">Eight letters, such as BCDF-GHJK</span>
        <input id="user_code" name="user_code" type="text" autocomplete="off" autocapitalize="characters"
        spellcheck="false" maxlength="32" required aria-describedby="code-hint{{#error}} problem{{/error}}"
        {{#error}} aria-invalid="true"{{/error}}>
        </p>
        <p><button type="submit">Continue</button></p>
        </form>
        {{> foot}}
        """

    private static let confirmDevice = """
        {{> head}}
        <p>A program asks to use your account <strong>{{email}}</strong>. It can then do here whatever you can. Approve it
        only if you have started it yourself just now, and if it shows this code:</p>
        <p class="code">{{code}}</p>
        <dl>
        <dt>Program</dt><dd>{{client}}</dd>
        <dt>Asked at</dt><dd>{{asked_at}}</dd>
        {{#address}}<dt>From</dt><dd>{{address}}</dd>{{/address}}
        <dt>Asks for</dt><dd>{{scope}}</dd>
        </dl>
        <form method="post" action="/auth/realms/master/device">
        <input type="hidden" name="user_code" value="{{code}}">
        {{> decision}}
        </form>
        {{> foot}}
        """

    private static let decision = """
        <input type="hidden" name="form_token" value="{{form_token}}">
        <p>
        <button type="submit" name="decision" value="approve">Approve</button>
        <button type="submit" name="decision" value="deny" class="second">Deny</button>
        </p>
        """

    private static let consent = """
        {{> head}}
        <p>A program asks to use your account <strong>{{email}}</strong>. It can then do here whatever you can. Approve it
        only if you have started it yourself just now.</p>
        <dl>
        <dt>Program</dt><dd>{{client}}</dd>
        <dt>Waits at</dt><dd>{{origin}}</dd>
        <dt>Asks for</dt><dd>{{scope}}</dd>
        </dl>
        <form method="post" action="{{action}}">
        <input type="hidden" name="request" value="{{request}}">
        {{> decision}}
        </form>
        {{> foot}}
        """

    private static let invitation = """
        {{> head}}
        {{> error}}
        <p>Choose the password of <strong>{{account}}</strong>. You will sign in with this address and the password.</p>
        <form method="post" action="/invitation">
        <input type="hidden" name="form_token" value="{{link_token}}">
        <input type="hidden" name="username" autocomplete="username" value="{{account}}">
        <p>
        <label for="password">Password</label>
        <span class="hint" id="password-hint">8 to 128 characters</span>
        <input id="password" name="password" type="password" autocomplete="new-password" maxlength="512" required
        aria-describedby="password-hint{{#error}} problem{{/error}}"{{#error}} aria-invalid="true"{{/error}}>
        </p>
        <p>
        <label for="repeated">The same password again</label>
        <input id="repeated" name="repeated" type="password" autocomplete="new-password" maxlength="512" required
        {{#error}} aria-invalid="true" aria-describedby="problem"{{/error}}>
        </p>
        <p><button type="submit">Set the password</button></p>
        </form>
        {{> foot}}
        """

    private static let account = """
        {{> head}}
        <dl>
        <dt>Name</dt><dd>{{name}}</dd>
        <dt>E-mail address</dt><dd>{{email}}</dd>
        <dt>Role</dt><dd>{{role}}</dd>
        </dl>
        <h2 id="sessions">Active sessions</h2>
        <p>Wherever you are signed in. End what you do not know, and then change your password.</p>
        <table aria-labelledby="sessions">
        <thead><tr>
        <th scope="col">Where</th><th scope="col">Since</th><th scope="col">Last used</th><th scope="col">Action</th>
        </tr></thead>
        <tbody>
        {{#sessions}}
        <tr>
        <th scope="row">{{kind}}{{#current}} <strong>(this one)</strong>{{/current}}
        <span class="hint">{{agent}}{{#address}}, {{address}}{{/address}}</span></th>
        <td data-label="Since">{{since}}</td>
        <td data-label="Last used">{{last_used}}</td>
        <td>
        <form method="post" action="/account/sign-ins/{{id}}/end">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <button type="submit" class="second" aria-label="End the session {{kind}} since {{since}}">End</button>
        </form>
        </td>
        </tr>
        {{/sessions}}
        </tbody>
        </table>
        {{> identities}}
        {{> tokens}}
        {{> foot}}
        """

    private static let identities = """
        {{#has_identities}}
        <h2 id="identities">Other providers</h2>
        <p>Where else you sign in. Without a password here you can't remove one; removing one ends all your sessions.</p>
        <table aria-labelledby="identities">
        <thead><tr>
        <th scope="col">Provider</th><th scope="col">Since</th><th scope="col">Last used</th><th scope="col">Action</th>
        </tr></thead>
        <tbody>
        {{#identities}}
        <tr>
        <th scope="row">{{issuer}}<span class="hint">as {{subject}}</span></th>
        <td data-label="Since">{{since}}</td>
        <td data-label="Last used">{{last_used}}</td>
        <td>
        <form method="post" action="/account/identities/{{id}}/remove">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <button type="submit" class="second" aria-label="Remove {{issuer}}">Remove</button>
        </form>
        </td>
        </tr>
        {{/identities}}
        </tbody>
        </table>
        {{/has_identities}}
        """

    private static let tokens = """
        <h2 id="tokens">Personal access tokens</h2>
        <p>For programs that act as you without signing in. Revoke what you no longer use.</p>
        {{#has_tokens}}
        <table aria-labelledby="tokens">
        <thead><tr>
        <th scope="col">Token</th><th scope="col">May</th><th scope="col">Expires</th><th scope="col">Last used</th>
        <th scope="col">Action</th>
        </tr></thead>
        <tbody>
        {{#tokens}}
        <tr>
        <th scope="row">{{name}}<span class="hint">{{hint}}&hellip;, made {{created}}</span></th>
        <td data-label="May">{{access}}<span class="hint">{{where}}</span></td>
        <td data-label="Expires">{{expires}}</td>
        <td data-label="Last used">{{last_used}}</td>
        <td>
        <form method="post" action="/account/tokens/{{id}}/revoke">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <button type="submit" class="second" aria-label="Revoke the token {{name}}">Revoke</button>
        </form>
        </td>
        </tr>
        {{/tokens}}
        </tbody>
        </table>
        {{/has_tokens}}
        <h3>New token</h3>
        <form method="post" action="/account/tokens">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <p>
        <label for="token-name">Name</label>
        <span class="hint" id="token-name-hint">What will use it</span>
        <input id="token-name" name="name" type="text" autocomplete="off" maxlength="200" required
        aria-describedby="token-name-hint">
        </p>
        <p>
        <label for="token-access">It may</label>
        <select id="token-access" name="access">
        <option value="read">read</option>
        <option value="write">read and write</option>
        </select>
        </p>
        <p>
        <label for="token-workspace">Where</label>
        <select id="token-workspace" name="workspace">
        <option value="">in all my workspaces</option>
        {{#workspaces}}
        <option value="{{id}}">in {{name}}</option>
        {{/workspaces}}
        </select>
        </p>
        <p>
        <label for="token-days">Expires</label>
        <select id="token-days" name="days">
        <option value="30">after 30 days</option>
        <option value="90">after 90 days</option>
        <option value="365">after a year</option>
        <option value="">never</option>
        </select>
        </p>
        <p><button type="submit">Make the token</button></p>
        </form>
        """

    private static let token = """
        {{> head}}
        <p role="status">Copy the token <strong>{{name}}</strong> now. It is not shown again.</p>
        <p class="secret" id="token">{{secret}}</p>
        <p><a href="/account">Back to your account</a></p>
        {{> foot}}
        """

    private static let message = """
        {{> head}}
        {{> error}}
        {{#text}}<p role="status">{{text}}</p>{{/text}}
        {{#link}}<p><a href="{{link}}">{{link_text}}</a></p>{{/link}}
        {{> foot}}
        """

    private static let confirmSignOut = """
        {{> head}}
        <p>An application asks to sign <strong>{{email}}</strong> out.</p>
        <form method="post" action="/sign-out">
        <input type="hidden" name="form_token" value="{{form_token}}">
        <input type="hidden" name="return_uri" value="{{return_uri}}">
        <input type="hidden" name="state" value="{{state}}">
        <p><button type="submit">Sign out</button></p>
        </form>
        <p><a href="/account">Stay signed in</a></p>
        {{> foot}}
        """
}
