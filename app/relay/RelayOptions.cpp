#include "app/relay/RelayOptions.h"

#include "app/relay/RelayCommandTable.h"
#include "core/base/text/CommandWords.h"
#include "services/relay/store/RelayDatabase.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <limits>
#include <thread>

namespace countersign::relay {

namespace {

struct RelayOptionsText
{
    Q_DECLARE_TR_FUNCTIONS(RelayOptionsText)
};

using Command = RelayOptions::Command;

tl::unexpected<Error> usage(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

/// Names of files keep their bytes.
constexpr std::array fileOptions = {"database", "tls-cert", "tls-key", "webhook-secret-file"};

std::string bytesOf(const QCommandLineParser& parser, const char* option)
{
    return wordBytes(parser.value(QString::fromLatin1(option)));
}

/// Everything else is a name, a number or an address.
Status checkIsText(const QCommandLineParser& parser)
{
    for (const QString& name : parser.optionNames()) {
        const bool isFile = std::any_of(fileOptions.begin(), fileOptions.end(), [&name](const char* option) {
            return name == QLatin1StringView(option);
        });
        for (const QString& value : parser.values(name)) {
            if (!isFile && !wordText(value)) {
                return usage(RelayOptionsText::tr("The value of --%1 is not text in UTF-8.").arg(name));
            }
        }
    }
    for (const QString& word : parser.positionalArguments()) {
        if (!wordText(word)) {
            return usage(RelayOptionsText::tr("A word of the command line is not text in UTF-8: %1")
                             .arg(wordShown(word)));
        }
    }
    return {};
}

constexpr QLatin1StringView loopbackProxies{"loopback"};

/// --behind-proxy may stand alone, which Qt's parser does not know: what follows belongs to it if it looks
/// like an address.
QStringList withProxyValues(const QStringList& arguments)
{
    QStringList complete;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] != QLatin1StringView("--behind-proxy")) {
            complete << arguments[i];
            continue;
        }
        const QString next = arguments.value(i + 1);
        const bool isAddress = !next.startsWith(QLatin1Char('-')) &&
                               (next == loopbackProxies || next.contains(QLatin1Char('.')) ||
                                next.contains(QLatin1Char(':')) || next.contains(QLatin1Char('/')));
        complete << arguments[i] + QLatin1Char('=') + (isAddress ? next : QString(loopbackProxies));
        i += isAddress ? 1 : 0;
    }
    return complete;
}

Status readNumber(const QCommandLineParser& parser, const char* option, qint64 least, qint64 most,
                  qint64& value)
{
    const QString name = QString::fromLatin1(option);
    if (!parser.isSet(name)) {
        return {};
    }
    bool valid = false;
    value = parser.value(name).toLongLong(&valid);
    if (!valid || value < least || value > most) {
        return usage(
            RelayOptionsText::tr("--%1 must be a number from %2 to %3.").arg(name).arg(least).arg(most));
    }
    return {};
}

Status readLimits(const QCommandLineParser& parser, RelayOptions& options)
{
    http::HttpLimits& limits = options.limits;
    constexpr qint64 longest = 3'600'000;
    for (const auto& [option, limit] :
         {std::pair("header-timeout", &limits.headerTimeout), std::pair("body-timeout", &limits.bodyTimeout),
          std::pair("idle-timeout", &limits.idleTimeout), std::pair("stop-timeout", &limits.stopTimeout)}) {
        qint64 value = limit->count();
        RETURN_IF_ERROR(readNumber(parser, option, 1, longest, value));
        *limit = std::chrono::milliseconds(value);
    }
    qint64 connections = static_cast<qint64>(limits.maxConnections);
    qint64 perAddress = static_cast<qint64>(limits.maxConnectionsPerAddress);
    qint64 threads = std::clamp<qint64>(std::thread::hardware_concurrency(), 2, 8);
    RETURN_IF_ERROR(readNumber(parser, "max-connections", 1, 100'000, connections));
    if (const Status read = readNumber(parser, "max-connections-per-address", 1, 100'000, perAddress);
        !read) {
        return read;
    }
    limits.maxConnectionsPerAddress = static_cast<std::size_t>(perAddress);
    RETURN_IF_ERROR(readNumber(parser, "threads", 1, 64, threads));
    qint64 pendingJobs = static_cast<qint64>(options.maxPendingJobs);
    qint64 claimLease = options.claimLease.count();
    RETURN_IF_ERROR(readNumber(parser, "max-pending-jobs", 1, 1'000'000, pendingJobs));
    RETURN_IF_ERROR(readNumber(parser, "claim-lease", 1, 3600, claimLease));
    qint64 jobChanges = options.maxJobChanges;
    RETURN_IF_ERROR(readNumber(parser, "max-job-changes", 1, 100'000, jobChanges));
    options.maxJobChanges = static_cast<int>(jobChanges);
    options.maxPendingJobs = static_cast<std::size_t>(pendingJobs);
    options.claimLease = std::chrono::seconds(claimLease);
    limits.maxConnections = static_cast<std::size_t>(connections);
    options.threads = static_cast<unsigned>(threads);
    return {};
}

Status readBounds(const QCommandLineParser& parser, RelayOptions& options)
{
    constexpr qint64 megabyte = 1024 * 1024;
    qint64 postRate = options.postRate;
    qint64 days = std::chrono::duration_cast<std::chrono::days>(options.keep).count();
    qint64 inbox = 2048;
    qint64 strangers = 256;
    qint64 token = 1024;
    struct Bound
    {
        const char* option;
        qint64 least;
        qint64 most;
        qint64& value;
    };
    for (const Bound& bound :
         {Bound{"post-rate", 0, 1'000'000, postRate}, Bound{"keep-days", 0, 36'500, days},
          Bound{"inbox-quota", 1, 1'000'000'000, inbox},
          Bound{"strangers-quota", 1, 1'000'000'000, strangers},
          Bound{"token-quota", 1, 1'000'000'000, token}}) {
        if (const Status read = readNumber(parser, bound.option, bound.least, bound.most, bound.value);
            !read) {
            return read;
        }
    }
    options.postRate = static_cast<int>(postRate);
    options.keep = std::chrono::days(days);
    options.inboxQuota = inbox * megabyte;
    options.strangersQuota = strangers * megabyte;
    options.tokenQuota = token * megabyte;
    return {};
}

Status readServe(const QCommandLineParser& parser, RelayOptions& options)
{
    const std::string listen = bytesOf(parser, "listen");
    ASSIGN_OR_RETURN(const auto address,
                     http::parseListenAddress(listen.empty() ? "127.0.0.1:8787" : listen));
    options.listen = address;
    const std::string certificate = bytesOf(parser, "tls-cert");
    const std::string key = bytesOf(parser, "tls-key");
    if (certificate.empty() != key.empty()) {
        return usage(RelayOptionsText::tr("--tls-cert and --tls-key belong together."));
    }
    if (!certificate.empty()) {
        options.tls = http::TlsFiles{certificate, key};
    }
    for (const QString& proxy : parser.values(QStringLiteral("behind-proxy"))) {
        options.namesNoProxy = options.namesNoProxy || proxy == loopbackProxies;
        RETURN_IF_ERROR(options.proxies.add(wordBytes(proxy)));
    }
    if (!options.listen.isLoopback() && !options.tls && options.proxies.isEmpty()) {
        return usage(RelayOptionsText::tr(
            "Plain HTTP is for loopback only: give --tls-cert and --tls-key, or --behind-proxy when a "
            "proxy in front of the relay terminates TLS."));
    }
    options.create = parser.isSet(QStringLiteral("create"));
    RETURN_IF_ERROR(readBounds(parser, options));
    return readLimits(parser, options);
}

Status readInboxTrim(const QCommandLineParser& parser, RelayOptions& options)
{
    qint64 upTo = 0;
    RETURN_IF_ERROR(readNumber(parser, "up-to", 1, std::numeric_limits<qint64>::max(), upTo));
    if (upTo == 0) {
        return usage(RelayOptionsText::tr("\"inbox trim\" needs --up-to SEQ: the last entry that is to go."));
    }
    options.upTo = upTo;
    return {};
}

Status readTokenCreate(const QCommandLineParser& parser, RelayOptions& options)
{
    options.inbox = bytesOf(parser, "inbox");
    const auto role = tokenRoleFromText(bytesOf(parser, "role"));
    if (options.inbox.empty() || !role) {
        return usage(RelayOptionsText::tr(
            "\"token create\" needs --inbox NAME and --role consumer, submitter or admin."));
    }
    options.role = *role;
    return {};
}

}  // namespace

Result<RelayOptions> RelayOptions::parse(const std::vector<std::string>& words)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(QStringList{QStringLiteral("countersign-relay")} +
                      withProxyValues(parserWords(words)))) {
        return usage(wordShown(parser.errorText()));
    }
    RelayOptions options;
    if (parser.isSet(QStringLiteral("version"))) {
        options.command = Command::Version;
        return options;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        options.helpText = helpTextOf(parser);
        return options;
    }
    RETURN_IF_ERROR(checkIsText(parser));
    ASSIGN_OR_RETURN(const auto form, findCommand(parser.positionalArguments()));
    RETURN_IF_ERROR(checkOptionsBelong(parser, *form));
    options.command = form->command;
    const std::string database = bytesOf(parser, "database");
    options.database = database.empty() ? std::string(defaultRelayDatabase) : database;
    if (form->argument != nullptr) {
        options.name = wordBytes(parser.positionalArguments().constLast());
    }
    options.webhookSecretFile = bytesOf(parser, "webhook-secret-file");
    Status rest;
    if (options.command == Command::Serve) {
        rest = readServe(parser, options);
    } else if (options.command == Command::TokenCreate) {
        rest = readTokenCreate(parser, options);
    } else if (options.command == Command::InboxSecret && options.webhookSecretFile.empty()) {
        rest = usage(RelayOptionsText::tr("\"inbox secret\" needs --webhook-secret-file FILE."));
    } else if (options.command == Command::InboxTrim) {
        rest = readInboxTrim(parser, options);
    }
    if (!rest) {
        return failure(rest.error());
    }
    return options;
}

}  // namespace countersign::relay
