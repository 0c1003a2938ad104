#include "app/relay/AdminCommands.h"
#include "app/relay/RelayOptions.h"
#include "app/relay/ServeCommand.h"
#include "core/base/process/ProcessHardening.h"
#include "core/base/text/CommandWords.h"
#include "services/relay/store/postgres/PostgresConnectionInfo.h"

#include <QCoreApplication>
#include <QTextStream>

#include <algorithm>
#include <string_view>

namespace {

using namespace countersign;
using namespace countersign::relay;

enum ExitStatus { Done = 0, Failed = 1, Usage = 2, Refused = 3 };

void complain(const Error& error)
{
    QTextStream out(stderr);
    out << "countersign-relay: " << error.sentence;
    if (!error.detail.isEmpty()) {
        out << " (" << error.detail << ")";
    }
    out << "\n";
}

/// design.md §7: 3 when what was given is refused, 1 when something failed.
ExitStatus statusOf(const Error& error)
{
    switch (error.code) {
        case ErrorCode::InvalidInput:
        case ErrorCode::AlreadyExists:
        case ErrorCode::NotFound:
            return Refused;
        default:
            return Failed;
    }
}

/// Whoever lists processes sees their arguments. What a URL may hold is overwritten as soon as it was read; a
/// moment remains, which is why docs/relay.md recommends a password file.
void hidePasswords(int count, char* arguments[])
{
    for (int i = 1; i < count; ++i) {
        std::string_view argument(arguments[i]);
        const std::size_t url = argument.find("postgres");
        if (url != std::string_view::npos && PostgresConnectionInfo::mayHoldPassword(argument.substr(url))) {
            const std::size_t kept = argument.find("://") + 3;
            std::fill(arguments[i] + kept, arguments[i] + argument.size(), 'x');
        }
    }
}

}  // namespace

int main(int argc, char* argv[])
{
    disableCoreDumps();
    initialiseSodium();
    const std::vector<std::string> words = commandWords(argc, argv);
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("countersign-relay"));

    const auto options = RelayOptions::parse(words);
    hidePasswords(argc, argv);
    if (!options) {
        complain(options.error());
        return Usage;
    }
    if (options->command == RelayOptions::Command::Help) {
        QTextStream(stdout) << options->helpText;
        return Done;
    }
    if (options->command == RelayOptions::Command::Version) {
        QTextStream(stdout) << "countersign-relay " << COUNTERSIGN_VERSION << "\n";
        return Done;
    }
    const Status done =
        options->command == RelayOptions::Command::Serve ? serveRelay(*options) : runAdminCommand(*options);
    if (!done) {
        complain(done.error());
        return statusOf(done.error());
    }
    return Done;
}
