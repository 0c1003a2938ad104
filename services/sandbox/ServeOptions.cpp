#include "services/sandbox/ServeOptions.h"

#include "core/base/text/CommandWords.h"
#include "core/base/text/Utf8.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>

#include <fcntl.h>

namespace countersign::sandbox {

namespace {

struct ServeOptionsText
{
    Q_DECLARE_TR_FUNCTIONS(ServeOptionsText)
};

constexpr qint64 maxFileBytes = 64 * 1024;

struct Options
{
    QCommandLineOption listen{
        QStringLiteral("listen"),
        ServeOptionsText::tr("Address to listen on; port 0 picks a free one. Default: 127.0.0.1:0."),
        QStringLiteral("HOST:PORT"), QStringLiteral("127.0.0.1:0")};
    QCommandLineOption allowRemote{
        QStringLiteral("allow-remote"),
        ServeOptionsText::tr("Let --listen name an address that other machines reach. There is no TLS: "
                             "tokens and shares travel in clear.")};
    QCommandLineOption state{
        QStringLiteral("state"),
        ServeOptionsText::tr("Keep everything in this SQLite file (mode 0600, keys in clear). Without "
                             "it all is gone at the end."),
        QStringLiteral("FILE")};
    QCommandLineOption webhookUrl{
        QStringLiteral("webhook-url"),
        ServeOptionsText::tr(
            "Where webhooks go: https, or http of this machine. Default: the one kept in the state."),
        QStringLiteral("URL")};
    QCommandLineOption webhookSecret{
        QStringLiteral("webhook-secret-file"),
        ServeOptionsText::tr(
            "File with the secret that signs webhooks. Default: the one kept in the state, or a new one."),
        QStringLiteral("FILE")};
    QCommandLineOption encryptionKey{
        QStringLiteral("encryption-key"),
        ServeOptionsText::tr("Register this RSA public key, as the API call would."),
        QStringLiteral("PUBLIC.pem")};
    QCommandLineOption retrySchedule{
        QStringLiteral("retry-schedule"),
        ServeOptionsText::tr(
            "For tests: seconds after the first attempt at which a webhook is tried again. Default: 15,60."),
        QStringLiteral("SECONDS"), QStringLiteral("15,60")};
};

void describe(QCommandLineParser& parser, const Options& options)
{
    parser.setApplicationDescription(ServeOptionsText::tr(
        "A local stand-in for Dynamic's delegated access, to try, demonstrate and test the console.\n\n"
        "The sandbox SIMULATES multi-party computation: this one process makes and knows both shares of "
        "every key,\n"
        "and the state file holds the simulated server's keys in clear. Never use its wallets for real "
        "funds.\n\n"
        "When it is ready it prints one line of JSON with its address and credentials, and nothing else, on\n"
        "standard output."));
    parser.addPositionalArgument(QStringLiteral("serve"), ServeOptionsText::tr("Serve until stopped."),
                                 QStringLiteral("serve"));
    parser.addOptions({options.listen, options.allowRemote, options.state, options.webhookUrl,
                       options.webhookSecret, options.encryptionKey, options.retrySchedule});
    parser.addHelpOption();
    parser.addVersionOption();
}

tl::unexpected<Error> usage(QString sentence)
{
    return failure(ErrorCode::InvalidInput, std::move(sentence));
}

QStringList lineOf(const std::vector<std::string>& words)
{
    return QStringList{QStringLiteral("countersign-sandbox")} + parserWords(words);
}

/// QFile without buffering reads straight into guarded memory; by the descriptor, because it would decode the
/// name.
Result<SecretBytes> readFile(const std::string& name)
{
    const QString path = shownUtf8(name);
    QFile file;
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0 ||
        !file.open(descriptor, QIODevice::ReadOnly | QIODevice::Unbuffered, QFileDevice::AutoCloseHandle)) {
        return usage(ServeOptionsText::tr("The file %1 cannot be read.").arg(path));
    }
    SecretBytes contents(static_cast<std::size_t>(maxFileBytes) + 1);
    std::size_t size = 0;
    while (size < contents.size()) {
        const qint64 got = file.read(reinterpret_cast<char*>(contents.data()) + size,
                                     static_cast<qint64>(contents.size() - size));
        if (got < 0) {
            return usage(ServeOptionsText::tr("The file %1 cannot be read.").arg(path));
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    if (size > static_cast<std::size_t>(maxFileBytes)) {
        return usage(ServeOptionsText::tr("The file %1 is too large.").arg(path));
    }
    contents.truncate(size);
    return contents;
}

/// What is no name of a file.
Status checkIsText(const QCommandLineParser& parser, const Options& options)
{
    for (const QCommandLineOption& option : {options.listen, options.webhookUrl, options.retrySchedule}) {
        if (!wordText(parser.value(option))) {
            return usage(ServeOptionsText::tr("The value of --%1 is not text in UTF-8.")
                             .arg(option.names().constFirst()));
        }
    }
    return {};
}

Status readFiles(const QCommandLineParser& parser, const Options& options, Sandbox::Options& result)
{
    if (parser.isSet(options.webhookSecret)) {
        ASSIGN_OR_RETURN(SecretBytes secret, readFile(wordBytes(parser.value(options.webhookSecret))));
        dropTrailingNewline(secret);
        dropByteOrderMark(secret);
        if (secret.isEmpty()) {
            return usage(ServeOptionsText::tr("The webhook secret is empty."));
        }
        result.webhookSecret = std::move(secret);
    }
    if (parser.isSet(options.encryptionKey)) {
        ASSIGN_OR_RETURN(const SecretBytes key, readFile(wordBytes(parser.value(options.encryptionKey))));
        result.encryptionKey = std::string(key.text());
        if (result.encryptionKey.empty()) {
            return usage(ServeOptionsText::tr("The encryption key's file is empty."));
        }
    }
    return {};
}

}  // namespace

QString ServeOptions::helpText()
{
    QCommandLineParser parser;
    describe(parser, Options{});
    return parser.helpText();
}

ServeOptions::Wish ServeOptions::wish(const std::vector<std::string>& words)
{
    QCommandLineParser parser;
    describe(parser, Options{});
    parser.parse(lineOf(words));  // whether it is right is asked for by parse()
    if (parser.isSet(QStringLiteral("help"))) {
        return Wish::Help;
    }
    return parser.isSet(QStringLiteral("version")) ? Wish::Version : Wish::Serve;
}

Result<ServeOptions> ServeOptions::parse(const std::vector<std::string>& words)
{
    QCommandLineParser parser;
    const Options options;
    describe(parser, options);
    if (!parser.parse(lineOf(words))) {
        return usage(wordShown(parser.errorText()));
    }
    RETURN_IF_ERROR(checkIsText(parser, options));
    if (parser.positionalArguments() != QStringList{QStringLiteral("serve")}) {
        return usage(
            ServeOptionsText::tr("The command is: countersign-sandbox serve [options]. See --help."));
    }
    ServeOptions result;
    const Result<http::ListenAddress> listen =
        http::parseListenAddress(wordBytes(parser.value(options.listen)));
    if (!listen) {
        return failure(listen.error());
    }
    result.listen = *listen;
    result.allowRemote = parser.isSet(options.allowRemote);
    if (!result.listen.isLoopback() && !result.allowRemote) {
        return usage(ServeOptionsText::tr(
            "The sandbox speaks without TLS and knows every key, so it listens on this machine only, for "
            "instance "
            "on 127.0.0.1:0. In a network for tests, --allow-remote lifts that."));
    }
    const Result<RetrySchedule> retries =
        RetrySchedule::parse(wordBytes(parser.value(options.retrySchedule)));
    if (!retries) {
        return failure(retries.error());
    }
    result.sandbox.retries = *retries;
    result.sandbox.state = wordBytes(parser.value(options.state));
    result.sandbox.webhookUrl = wordBytes(parser.value(options.webhookUrl));
    if (parser.isSet(options.webhookUrl)) {
        RETURN_IF_ERROR(WebhookUrl::parse(result.sandbox.webhookUrl));
    }
    RETURN_IF_ERROR(readFiles(parser, options, result.sandbox));
    return result;
}

}  // namespace countersign::sandbox
