#include "app/relay/RelayOptions.h"

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

struct CommandForm
{
    const char* words;
    Command command;
    const char* argument;  ///< the one positional argument that it takes, or null
    std::array<const char*, 21> options;
};

constexpr std::array<CommandForm, 8> forms{{
    {"serve",
     Command::Serve,
     nullptr,
     {"listen",
      "tls-cert",
      "tls-key",
      "behind-proxy",
      "threads",
      "max-connections",
      "max-connections-per-address",
      "header-timeout",
      "body-timeout",
      "idle-timeout",
      "stop-timeout",
      "max-pending-jobs",
      "claim-lease",
      "max-job-changes",
      "create",
      "post-rate",
      "keep-days",
      "inbox-quota",
      "strangers-quota",
      "token-quota"}},
    {"inbox create", Command::InboxCreate, "NAME", {"webhook-secret-file"}},
    {"inbox list", Command::InboxList, nullptr, {}},
    {"inbox secret", Command::InboxSecret, "NAME", {"webhook-secret-file"}},
    {"inbox trim", Command::InboxTrim, "NAME", {"up-to"}},
    {"token create", Command::TokenCreate, nullptr, {"inbox", "role"}},
    {"token list", Command::TokenList, nullptr, {}},
    {"token revoke", Command::TokenRevoke, "ID", {}},
}};

void addOptions(QCommandLineParser& parser)
{
    const auto add = [&parser](const char* name, const QString& help, const char* value = nullptr) {
        parser.addOption(
            {QString::fromLatin1(name), help, value == nullptr ? QString() : QString::fromLatin1(value)});
    };
    add("help", RelayOptionsText::tr("Show this help."));
    add("version", RelayOptionsText::tr("Show the version."));
    add("database",
        RelayOptionsText::tr(
            "All: sqlite:FILE (default %1) or postgresql://USER@HOST/DATABASE, whose password belongs into "
            "~/.pgpass.")
            .arg(QString::fromLatin1(defaultRelayDatabase.data())),
        "URL");
    add("listen",
        RelayOptionsText::tr("serve: a literal address; port 0 picks a free one (default 127.0.0.1:8787)."),
        "HOST:PORT");
    add("tls-cert", RelayOptionsText::tr("serve: certificate chain, PEM."), "FILE");
    add("tls-key", RelayOptionsText::tr("serve: its private key, PEM."), "FILE");
    add("behind-proxy",
        RelayOptionsText::tr(
            "serve: a proxy at this address, or range of addresses, terminates TLS and sets X-Forwarded-For "
            "or "
            "Forwarded; without an address one on this machine. May be given more than once. Allows plain "
            "HTTP "
            "beyond loopback."),
        "ADDRESS[/PREFIX]");
    add("threads",
        RelayOptionsText::tr("serve: threads for connections (default: one per processor, 2 to 8)."), "N");
    add("max-connections", RelayOptionsText::tr("serve: connections at once (default 1024)."), "N");
    add("max-connections-per-address",
        RelayOptionsText::tr(
            "serve: of them from one IPv4 address or IPv6 /64; behind a proxy requests at once (default "
            "128)."),
        "N");
    add("header-timeout", RelayOptionsText::tr("serve: for the head of a request (default 10000)."),
        "MILLISECONDS");
    add("body-timeout", RelayOptionsText::tr("serve: for its body (default 30000)."), "MILLISECONDS");
    add("idle-timeout", RelayOptionsText::tr("serve: between two requests (default 75000)."), "MILLISECONDS");
    add("stop-timeout",
        RelayOptionsText::tr("serve: how long a stop waits for running requests (default 10000)."),
        "MILLISECONDS");
    add("max-pending-jobs",
        RelayOptionsText::tr("serve: unfinished jobs that one token may have (default 1000)."), "N");
    add("claim-lease",
        RelayOptionsText::tr(
            "serve: how long a desk's claim of a job lasts without renewal (default 60). Shorter ones are "
            "for "
            "tests; consoles renew for 60."),
        "SECONDS");
    add("max-job-changes",
        RelayOptionsText::tr(
            "serve: calls per second that change jobs, of one token; ten times as many at once (default "
            "20)."),
        "N");
    add("create",
        RelayOptionsText::tr(
            "serve: makes the database if there is none; else it must be there (\"inbox create\")."));
    add("post-rate",
        RelayOptionsText::tr(
            "serve: deliveries per second of one client without a signature that the inbox knows, of 10 KiB "
            "each; 120 seconds' worth at once (default 50; 0: no limit)."),
        "N");
    add("keep-days",
        RelayOptionsText::tr(
            "serve: how long entries stay that every consumer has read, and results of finished jobs "
            "(default "
            "90; 0: for ever)."),
        "DAYS");
    add("inbox-quota", RelayOptionsText::tr("serve: deliveries that an inbox keeps (default 2048)."),
        "MEGABYTES");
    add("strangers-quota",
        RelayOptionsText::tr(
            "serve: of an inbox with a webhook secret, deliveries that are not signed with it (default "
            "256)."),
        "MEGABYTES");
    add("token-quota",
        RelayOptionsText::tr("serve: what is kept of what came with one token (default 1024)."), "MEGABYTES");
    add("up-to",
        RelayOptionsText::tr(
            "inbox trim: removes entries up to this number, whoever has read them; the newest one stays."),
        "SEQ");
    add("webhook-secret-file",
        RelayOptionsText::tr(
            "inbox create, inbox secret: the webhook's secret; lets the relay tell signed deliveries "
            "apart. \"-\" reads standard input."),
        "FILE");
    add("inbox", RelayOptionsText::tr("token create: the inbox it is for."), "NAME");
    add("role", RelayOptionsText::tr("token create: consumer, submitter or admin."), "ROLE");
}

QString helpTextOf(const QCommandLineParser& parser)
{
    QString help = QStringLiteral("countersign-relay COMMAND [OPTIONS]\n\n");
    for (const CommandForm& form : forms) {
        help += QStringLiteral("  %1 %2\n")
                    .arg(QString::fromLatin1(form.words), QString::fromLatin1(form.argument));
    }
    const QString generated = parser.helpText();
    return help + QLatin1Char('\n') + generated.mid(generated.indexOf(QLatin1Char('\n')) + 1).trimmed() +
           QLatin1Char('\n');
}

Result<const CommandForm*> findCommand(const QStringList& positional)
{
    for (const CommandForm& form : forms) {
        const QStringList words = QString::fromLatin1(form.words).split(QLatin1Char(' '));
        if (positional.size() < words.size() || positional.mid(0, words.size()) != words) {
            continue;
        }
        if (positional.size() != words.size() + (form.argument == nullptr ? 0 : 1)) {
            return usage(
                form.argument == nullptr
                    ? RelayOptionsText::tr("\"%1\" takes no argument.").arg(QString::fromLatin1(form.words))
                    : RelayOptionsText::tr("\"%1\" takes one argument: %2.")
                          .arg(QString::fromLatin1(form.words), QString::fromLatin1(form.argument)));
        }
        return &form;
    }
    return usage(RelayOptionsText::tr("There is no such command; --help lists them."));
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

Status checkOptionsBelong(const QCommandLineParser& parser, const CommandForm& form)
{
    for (const QString& name : parser.optionNames()) {
        const bool belongs =
            name == QLatin1StringView("database") ||
            std::any_of(form.options.begin(), form.options.end(), [&name](const char* option) {
                return option != nullptr && name == QLatin1StringView(option);
            });
        if (!belongs) {
            return usage(RelayOptionsText::tr("--%1 does not belong to \"%2\".")
                             .arg(name, QString::fromLatin1(form.words)));
        }
        if (parser.values(name).size() > 1 && name != QLatin1StringView("behind-proxy")) {
            return usage(RelayOptionsText::tr("--%1 is given more than once.").arg(name));
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
