#include "app/cli/commands/offline/WebhookCommands.h"

#include "app/cli/input/Decoding.h"
#include "app/cli/input/SecretFile.h"
#include "core/base/encoding/Base64.h"
#include "core/crypto/envelopes/WebhookSignature.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView verifySecretOption("secret-file");
constexpr QLatin1StringView signatureOption("signature");

struct WebhookCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(WebhookCommandsText)
};

struct SignedBody
{
    std::string signature;
    Bytes body;
};

Result<SignedBody> parseBatchLine(std::string_view line)
{
    // A body of 256 KiB is longer in Base64.
    ASSIGN_OR_RETURN(const auto json, parseJson(line, {.maxBytes = terminalMaxInput, .maxDepth = 4}));
    ASSIGN_OR_RETURN(auto signature, requiredString(json, "signature"));
    ASSIGN_OR_RETURN(const auto encoded, requiredString(json, "bodyBase64"));
    ASSIGN_OR_RETURN(auto body, fromBase64(encoded));
    return SignedBody{std::move(signature), std::move(body)};
}

}  // namespace

void WebhookCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("webhook verify"),
         .summary = WebhookCommandsText::tr(
             "Checks a webhook's signature over its raw body; prints {\"valid\": bool}."),
         .details = WebhookCommandsText::tr(
             "The body is the argument or standard input, every byte of it: a newline at its end is\n"
             "part of what was signed and is not dropped. Exit status 0 when valid, 3 when not.\n"
             "Several --secret-file options stand for a rotation; one match is enough.\n"
             "With --batch and --signature each line is a body; with --batch alone each line is\n"
             "{\"bodyBase64\": …, \"signature\": …}. In a secret file one trailing newline is ignored."),
         .options = {{.name = verifySecretOption,
                      .valueName = QStringLiteral("FILE"),
                      .description = WebhookCommandsText::tr("the webhook's secret; - is standard input"),
                      .repeatable = true,
                      .required = true,
                      .kind = WordKind::Raw},
                     {.name = signatureOption,
                      .valueName = QStringLiteral("HEADER"),
                      .description =
                          WebhookCommandsText::tr("the value of x-dynamic-signature-256: sha256=…")},
                     batchOption()},
         .positionals = {inputPosition("BODY")},
         .run = verify});
}

void WebhookCommands::verify(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const bool signatureGiven = arguments.has(signatureOption);
    const bool batch = arguments.has(batchOptionName);
    if (!signatureGiven && !batch) {
        return invocation.usage(WebhookCommandsText::tr("The option --signature is missing."));
    }
    std::vector<SecretBytes> secrets;
    for (const std::string& file : arguments.allBytes(verifySecretOption)) {
        if (file == standardInputName && arguments.positionalBytes().empty()) {
            return invocation.usage(WebhookCommandsText::tr(
                "Standard input holds the body: name a file for --secret-file, or give the body as an "
                "argument."));
        }
        auto secret = readSecretLine(file, verifySecretOption, invocation.terminal());
        if (!secret) {
            return invocation.usage(secret.error().sentence);
        }
        secrets.push_back(std::move(*secret));
    }
    const std::string header = arguments.value(signatureOption).toStdString();
    runDecoding(invocation, InputEnd::Exact, [&](std::string_view input) -> Result<ExitStatus> {
        WebhookVerification verification;
        if (signatureGiven) {
            verification = verifyWebhook(header, asBytes(input), secrets);
        } else {
            ASSIGN_OR_RETURN(const auto line, parseBatchLine(input));
            verification = verifyWebhook(line.signature, line.body, secrets);
        }
        if (!verification.isValid() && !batch) {
            invocation.terminal().message(verification.reason());
        }
        invocation.terminal().print({{"valid", verification.isValid()}});
        return verification.isValid() ? ExitStatus::Done : ExitStatus::Refused;
    });
}

}  // namespace countersign::cli
