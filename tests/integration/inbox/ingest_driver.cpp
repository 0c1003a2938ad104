#include "core/inbox/Ingestor.h"
#include "core/inbox/source/CountersignRelaySource.h"
#include "core/inbox/source/Synchronizer.h"
#include "tests/support/fakes/FileRootKeyStore.h"

#include <QCoreApplication>

#include <cstdio>

// The console's side of a synchronisation as a process of its own, for tests that kill it. Not a program of
// ours: it unlocks with a root key from a file. usage: ingest_driver PROFILE KEYFOLDER RELAYURL

using namespace countersign;

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 4) {
        return 2;
    }
    const SystemClock clock;
    const auto keys = std::make_shared<FileRootKeyStore>(arguments[2]);
    const auto vault = Vault::open(ProfilePaths(arguments[1].toStdString()), keys);
    auto database =
        Database::open(ProfilePaths(arguments[1].toStdString()).database(), Database::Mode::ReadWrite);
    auto source = CountersignRelaySource::make(arguments[3], "main", SecretBytes::copyOf("token"));
    if (!vault || !database || !source) {
        return 3;
    }
    Ingestor ingestor(*vault, **database, clock);
    Synchronizer synchronizer(**source, ingestor);
    QObject::connect(&synchronizer, &Synchronizer::finished, &application,
                     [](const Result<IngestReport>& total) {
                         if (!total) {
                             std::fprintf(stderr, "%s %s\n", qUtf8Printable(total.error().sentence),
                                          qUtf8Printable(total.error().detail));
                         }
                         QCoreApplication::exit(total ? 0 : 1);
                     });
    (*vault)->unlock({}, [&](const Status& unlocked) {
        if (unlocked) {
            synchronizer.drain();
        } else {
            QCoreApplication::exit(4);
        }
    });
    return QCoreApplication::exec();
}
