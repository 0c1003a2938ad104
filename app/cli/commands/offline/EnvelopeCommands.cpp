#include "app/cli/commands/offline/EnvelopeCommands.h"

#include "app/cli/input/Decoding.h"
#include "app/cli/input/SecretFile.h"
#include "core/base/text/Utf8.h"
#include "core/crypto/envelopes/EnvelopeOpener.h"
#include "core/delegation/KeyShare.h"

#include <QCoreApplication>

#include <sodium.h>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView keyOption("key");
constexpr QLatin1StringView revealOption("reveal");

struct EnvelopeCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(EnvelopeCommandsText)
};

const char* kindOf(const SecretBytes& plaintext)
{
    switch (inspectKeyShare(plaintext.view()).form) {
        case KeyShareForm::Plain:
            return "key-share";
        case KeyShareForm::PasswordProtected:
            return "password-protected";
        case KeyShareForm::Unknown:
            break;
    }
    return "text";
}

/// {"plaintextBase64": "…"} without a copy of the plaintext outside guarded memory.
void printPlaintextLine(Terminal& terminal, const SecretBytes& plaintext)
{
    const std::size_t length = sodium_base64_encoded_len(plaintext.size(), sodium_base64_VARIANT_ORIGINAL);
    SecretBytes encoded(length);
    sodium_bin2base64(reinterpret_cast<char*>(encoded.data()), length, plaintext.data(), plaintext.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    encoded.truncate(length - 1);  // the terminating zero
    terminal.write(asBytes("{\"plaintextBase64\":\""));
    terminal.write(encoded.view());
    terminal.write(asBytes("\"}\n"));
}

struct KeyFile
{
    std::string name;
    SecretBytes pem;
};

Result<std::vector<KeyFile>> readKeyFiles(Invocation& invocation)
{
    std::vector<KeyFile> files;
    for (const std::string& name : invocation.arguments().allBytes(keyOption)) {
        ASSIGN_OR_RETURN(auto pem, readSecretFile(name, keyOption, invocation.terminal()));
        files.push_back({name, std::move(pem)});
    }
    return files;
}

/// Named by their fingerprints, because a file knows no kid.
Result<std::vector<EnvelopeKey>> parseKeys(const std::vector<KeyFile>& files, const SecretBytes& passphrase)
{
    std::vector<EnvelopeKey> keys;
    for (const KeyFile& file : files) {
        auto key = RsaPrivateKey::fromPem(file.pem.view(), passphrase);
        if (!key) {
            return failure(key.error().code,
                           EnvelopeCommandsText::tr("The key of --key %1 cannot be used: %2")
                               .arg(shownUtf8(file.name), key.error().sentence),
                           key.error().detail);
        }
        std::string fingerprint = key->publicKey().fingerprint();
        keys.push_back({std::move(fingerprint), std::move(*key)});
    }
    return keys;
}

}  // namespace

void EnvelopeCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("envelope open"),
         .summary =
             EnvelopeCommandsText::tr("Opens an envelope HYBRID-RSA-AES-256 with a private key from a file."),
         .details = EnvelopeCommandsText::tr(
             "The envelope is JSON: {\"alg\", \"iv\", \"ct\", \"tag\", \"ek\", \"kid\"?}. Without --reveal\n"
             "prints only {\"length\", \"kind\"}; kind is key-share, password-protected or text.\n"
             "With --reveal the plaintext goes to standard output exactly, with no newline added; in a\n"
             "batch as {\"plaintextBase64\": …}. Several --key options are tried in order."),
         .options = {{.name = keyOption,
                      .valueName = QStringLiteral("PEM"),
                      .description =
                          EnvelopeCommandsText::tr("file of an RSA private key (PKCS#1 or PKCS#8)"),
                      .repeatable = true,
                      .required = true,
                      .kind = WordKind::Raw},
                     {.name = passphraseFileOption,
                      .valueName = QStringLiteral("FILE"),
                      .description = EnvelopeCommandsText::tr(
                          "what an encrypted PEM is protected with; - is standard input"),
                      .kind = WordKind::Raw},
                     {.name = revealOption,
                      .valueName = {},
                      .description = EnvelopeCommandsText::tr("print the plaintext")},
                     batchOption()},
         .positionals = {inputPosition("ENVELOPE")},
         .run = open});
}

void EnvelopeCommands::open(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const auto fromStdin = (arguments.positionalBytes().empty() ? 1 : 0) +
                           std::ranges::count(arguments.allBytes(keyOption), standardInputName) +
                           std::ranges::count(arguments.allBytes(passphraseFileOption), standardInputName);
    if (fromStdin > 1) {
        return invocation.usage(EnvelopeCommandsText::tr(
            "Only one of --key, --passphrase-file and the envelope can come on standard input."));
    }
    SecretBytes passphrase;
    if (arguments.has(passphraseFileOption)) {
        auto read = readSecretLine(arguments.bytes(passphraseFileOption), passphraseFileOption,
                                   invocation.terminal());
        if (!read) {
            return invocation.usage(read.error().sentence);
        }
        passphrase = std::move(*read);
    }
    const auto files = readKeyFiles(invocation);
    if (!files) {
        return invocation.usage(files.error().sentence);
    }
    auto keys = parseKeys(*files, passphrase);
    if (!keys) {
        return invocation.fail(keys.error());
    }
    const EnvelopeOpener opener(std::move(*keys));
    const bool reveal = arguments.has(revealOption);
    const bool batch = arguments.has(batchOptionName);
    runDecoding(invocation, InputEnd::DropNewline, [&](std::string_view input) -> Result<ExitStatus> {
        ASSIGN_OR_RETURN(const auto envelope, parseJson(input).and_then(parseEnvelope));
        ASSIGN_OR_RETURN(const auto opened, opener.open(envelope));
        if (!reveal) {
            invocation.terminal().print(
                {{"length", opened.plaintext.size()}, {"kind", kindOf(opened.plaintext)}});
        } else if (batch) {
            printPlaintextLine(invocation.terminal(), opened.plaintext);
        } else {
            invocation.terminal().write(opened.plaintext.view());
        }
        return ExitStatus::Done;
    });
}

}  // namespace countersign::cli
