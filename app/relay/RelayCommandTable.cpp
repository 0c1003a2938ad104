#include "app/relay/RelayCommandTable.h"

#include "services/relay/store/RelayDatabase.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>

namespace countersign::relay {

namespace {

struct RelayCommandTableText
{
    Q_DECLARE_TR_FUNCTIONS(RelayCommandTableText)
};

using Command = RelayOptions::Command;

tl::unexpected<Error> misuse(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

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

}  // namespace

void addOptions(QCommandLineParser& parser)
{
    const auto add = [&parser](const char* name, const QString& help, const char* value = nullptr) {
        parser.addOption(
            {QString::fromLatin1(name), help, value == nullptr ? QString() : QString::fromLatin1(value)});
    };
    add("help", RelayCommandTableText::tr("Show this help."));
    add("version", RelayCommandTableText::tr("Show the version."));
    add("database",
        RelayCommandTableText::tr(
            "All: sqlite:FILE (default %1) or postgresql://USER@HOST/DATABASE, whose password belongs into "
            "~/.pgpass.")
            .arg(QString::fromLatin1(defaultRelayDatabase.data())),
        "URL");
    add("listen",
        RelayCommandTableText::tr(
            "serve: a literal address; port 0 picks a free one (default 127.0.0.1:8787)."),
        "HOST:PORT");
    add("tls-cert", RelayCommandTableText::tr("serve: certificate chain, PEM."), "FILE");
    add("tls-key", RelayCommandTableText::tr("serve: its private key, PEM."), "FILE");
    add("behind-proxy",
        RelayCommandTableText::tr(
            "serve: a proxy at this address, or range of addresses, terminates TLS and sets X-Forwarded-For "
            "or "
            "Forwarded; without an address one on this machine. May be given more than once. Allows plain "
            "HTTP "
            "beyond loopback."),
        "ADDRESS[/PREFIX]");
    add("threads",
        RelayCommandTableText::tr("serve: threads for connections (default: one per processor, 2 to 8)."),
        "N");
    add("max-connections", RelayCommandTableText::tr("serve: connections at once (default 1024)."), "N");
    add("max-connections-per-address",
        RelayCommandTableText::tr(
            "serve: of them from one IPv4 address or IPv6 /64; behind a proxy requests at once (default "
            "128)."),
        "N");
    add("header-timeout", RelayCommandTableText::tr("serve: for the head of a request (default 10000)."),
        "MILLISECONDS");
    add("body-timeout", RelayCommandTableText::tr("serve: for its body (default 30000)."), "MILLISECONDS");
    add("idle-timeout", RelayCommandTableText::tr("serve: between two requests (default 75000)."),
        "MILLISECONDS");
    add("stop-timeout",
        RelayCommandTableText::tr("serve: how long a stop waits for running requests (default 10000)."),
        "MILLISECONDS");
    add("max-pending-jobs",
        RelayCommandTableText::tr("serve: unfinished jobs that one token may have (default 1000)."), "N");
    add("claim-lease",
        RelayCommandTableText::tr(
            "serve: how long a desk's claim of a job lasts without renewal (default 60). Shorter ones are "
            "for "
            "tests; consoles renew for 60."),
        "SECONDS");
    add("max-job-changes",
        RelayCommandTableText::tr(
            "serve: calls per second that change jobs, of one token; ten times as many at once (default "
            "20)."),
        "N");
    add("create",
        RelayCommandTableText::tr(
            "serve: makes the database if there is none; else it must be there (\"inbox create\")."));
    add("post-rate",
        RelayCommandTableText::tr(
            "serve: deliveries per second of one client without a signature that the inbox knows, of 10 KiB "
            "each; 120 seconds' worth at once (default 50; 0: no limit)."),
        "N");
    add("keep-days",
        RelayCommandTableText::tr(
            "serve: how long entries stay that every consumer has read, and results of finished jobs "
            "(default "
            "90; 0: for ever)."),
        "DAYS");
    add("inbox-quota", RelayCommandTableText::tr("serve: deliveries that an inbox keeps (default 2048)."),
        "MEGABYTES");
    add("strangers-quota",
        RelayCommandTableText::tr(
            "serve: of an inbox with a webhook secret, deliveries that are not signed with it (default "
            "256)."),
        "MEGABYTES");
    add("token-quota",
        RelayCommandTableText::tr("serve: what is kept of what came with one token (default 1024)."),
        "MEGABYTES");
    add("up-to",
        RelayCommandTableText::tr(
            "inbox trim: removes entries up to this number, whoever has read them; the newest one stays."),
        "SEQ");
    add("webhook-secret-file",
        RelayCommandTableText::tr(
            "inbox create, inbox secret: the webhook's secret; lets the relay tell signed deliveries "
            "apart. \"-\" reads standard input."),
        "FILE");
    add("inbox", RelayCommandTableText::tr("token create: the inbox it is for."), "NAME");
    add("role", RelayCommandTableText::tr("token create: consumer, submitter or admin."), "ROLE");
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
            return misuse(
                form.argument == nullptr
                    ? RelayCommandTableText::tr("\"%1\" takes no argument.")
                          .arg(QString::fromLatin1(form.words))
                    : RelayCommandTableText::tr("\"%1\" takes one argument: %2.")
                          .arg(QString::fromLatin1(form.words), QString::fromLatin1(form.argument)));
        }
        return &form;
    }
    return misuse(RelayCommandTableText::tr("There is no such command; --help lists them."));
}

Status checkOptionsBelong(const QCommandLineParser& parser, const CommandForm& form)
{
    const QStringList names = parser.optionNames();
    for (const QString& name : names) {
        const bool belongs =
            name == QLatin1StringView("database") ||
            std::any_of(form.options.begin(), form.options.end(), [&name](const char* option) {
                return option != nullptr && name == QLatin1StringView(option);
            });
        if (!belongs) {
            return misuse(RelayCommandTableText::tr("--%1 does not belong to \"%2\".")
                              .arg(name, QString::fromLatin1(form.words)));
        }
        if (names.count(name) > 1 && name != QLatin1StringView("behind-proxy")) {
            return misuse(RelayCommandTableText::tr("--%1 is given more than once.").arg(name));
        }
    }
    return {};
}

}  // namespace countersign::relay
