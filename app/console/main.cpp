#include "app/console/ConsoleOptions.h"
#include "core/base/process/ProcessHardening.h"
#include "core/base/process/TerminationSignals.h"
#include "core/base/text/CommandWords.h"
#include "core/inbox/source/CountersignRelaySource.h"
#include "core/profile/ProfileServices.h"
#include "core/settings/KnownSettings.h"
#include "core/vault/database/BackgroundWork.h"
#include "core/vault/keychain/KeychainRootKeyStore.h"
#include "ui/theme/Icons.h"
#include "ui/theme/SystemColorScheme.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"
#include "ui/window/Screenshots.h"

#include <QApplication>

#include <cstdio>

using namespace countersign;

namespace {

SessionParts sessionParts(const ConsoleOptions& options, const Clock& clock)
{
    return {options.profile,
            &clock,
            [] { return std::make_shared<KeychainRootKeyStore>(); },
            [](const std::string& url, const std::string& inbox,
               SecretBytes token) -> Result<std::unique_ptr<RelaySource>> {
                auto source =
                    CountersignRelaySource::make(QString::fromStdString(url), inbox, std::move(token));
                if (!source) {
                    return failure(source.error());
                }
                return std::unique_ptr<RelaySource>(std::move(*source));
            },
            signingServicesOf,
            revocationServicesOf,
            checkSetting,
            inspectionServicesOf};
}

/// Ends the program when all pictures are taken.
void takePictures(Screenshots& screenshots)
{
    QObject::connect(&screenshots, &Screenshots::finished, qApp, [](int pictures, const QString& problem) {
        if (pictures == 0) {
            std::fputs(qPrintable(problem + u'\n'), stderr);
        }
        QCoreApplication::exit(pictures > 0 ? 0 : 1);
    });
    screenshots.start();
}

}  // namespace

int main(int argc, char* argv[])
{
    disableCoreDumps();
    ignoreFileSizeSignal();
    initialiseSodium();
    QApplication application(argc, argv);
    BackgroundEnd end;
    QApplication::setApplicationName(QStringLiteral("countersign"));
    QApplication::setApplicationVersion(QStringLiteral(COUNTERSIGN_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("countersign"));
    // QApplication has taken its own words out of argv.
    const ConsoleOptions options = parseConsoleOptions(commandWords(argc, argv));

    const SystemClock clock;
    ProfileReader reader(options.profile.database());
    WindowState state(options.profile.root);
    const QString theme =
        options.theme.isEmpty() ? state.value(QStringLiteral("window/theme")).toString() : options.theme;
    Theme::instance().apply(Theme::modeFrom(theme));
    ProfileSession session(sessionParts(options, clock));
    MainWindow window(session, reader, state);
    if (!options.size.isEmpty()) {
        window.resize(options.size);
    }
    SystemColorScheme colorScheme;
    QObject::connect(&colorScheme, &SystemColorScheme::darkPreferred, &Theme::instance(),
                     &Theme::setSystemDark);
    Screenshots screenshots(window, session, options.screenshots);
    screenshots.restrictTo(options.theme, options.size);

    // Keychain, D-Bus and network come after the first picture.
    QObject::connect(&window, &MainWindow::firstPainted, &application, [&] {
        if (options.measureStart) {
            std::puts("painted");
            std::fflush(stdout);
            QCoreApplication::quit();
            return;
        }
        QGuiApplication::setWindowIcon(applicationIcon());
        session.start(options.passphraseFile);
        if (!options.screenshots.isEmpty()) {
            takePictures(screenshots);
            return;
        }
        colorScheme.start();
    });
    // As closing the window does: the session waits for what is on its way (ProfileSession).
    const TerminationSignals endingSignals;
    QObject::connect(&endingSignals, &TerminationSignals::received, &application, &QCoreApplication::quit);
    window.show();
    end.status = QApplication::exec();
    return end.status;
}
