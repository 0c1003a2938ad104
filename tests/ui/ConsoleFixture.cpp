#include "tests/ui/ConsoleFixture.h"

#include "core/settings/KnownSettings.h"

namespace countersign::testing {

void SilentRelay::fetch(const FeedPosition& after, int, int waitSeconds)
{
    m_running = true;
    // The first answer comes at once, a long poll never.
    if (waitSeconds == 0 || m_answers == 0) {
        ++m_answers;
        QMetaObject::invokeMethod(
            this,
            [this, cursor = after.cursor] {
                if (std::exchange(m_running, false)) {
                    Q_EMIT pageReceived(FeedPage{{}, cursor});
                }
            },
            Qt::QueuedConnection);
    }
}

void SilentRelay::cancel()
{
    if (std::exchange(m_running, false)) {
        Q_EMIT failed(Error{ErrorCode::Cancelled, {}, {}});
    }
}

void FixedRootKeys::read(const QString& profileId, ReadCallback done)
{
    if (m_state == KeychainState::Available && profileId.endsWith(QLatin1String(".counter"))) {
        done(counter ? Result<SecretBytes>(SecretBytes::copyOf(*counter))
                     : failure(ErrorCode::NotFound, QStringLiteral("Not in this test.")));
    } else if (m_state == KeychainState::Available) {
        done(fixtureRootKey());
    } else {
        done(failure(ErrorCode::KeychainUnavailable, keychainSentence(m_state)));
    }
}

void FixedRootKeys::write(const QString&, const SecretBytes&, DoneCallback done)
{
    done({});
}

void FixedRootKeys::remove(const QString&, DoneCallback done)
{
    done({});
}

void FixedRootKeys::probe(StateCallback done)
{
    done(m_state);
}

SessionParts sessionParts(const std::filesystem::path& folder, const Clock& clock, KeychainState keychain,
                          std::function<void(SigningServices&)> adjust)
{
    return {ProfilePaths(folder),
            &clock,
            [keychain] { return std::make_shared<FixedRootKeys>(keychain); },
            [](const std::string&, const std::string&, SecretBytes) -> Result<std::unique_ptr<RelaySource>> {
                return std::make_unique<SilentRelay>();
            },
            [adjust = std::move(adjust)](std::shared_ptr<Vault> vault, Database& database, const Clock& now) {
                SigningServices parts;
                parts.vault = std::move(vault);
                parts.database = &database;
                parts.clock = &now;
                const auto none = [](auto...) {
                    return failure(ErrorCode::Unsupported, QStringLiteral("Not in this test."));
                };
                parts.dynamicApi = none;
                parts.engine = none;
                parts.evmRpc = none;
                parts.solanaRpc = none;
                parts.relay = none;
                if (adjust) {
                    adjust(parts);
                }
                return parts;
            },
            {},
            checkSetting};
}

ConsoleFixture::ConsoleFixture(const std::filesystem::path& folder, KeychainState keychain)
    : m_folder(folder), m_keychain(keychain)
{
    open();
}

void ConsoleFixture::open()
{
    m_reader = std::make_unique<ProfileReader>(ProfilePaths(m_folder).database());
    m_state = std::make_unique<WindowState>(m_folder);
    m_session = std::make_unique<ProfileSession>(sessionParts(m_folder, m_clock, m_keychain));
    m_window = std::make_unique<MainWindow>(*m_session, *m_reader, *m_state);
    m_window->show();
}

void ConsoleFixture::reopen()
{
    m_window->close();
    m_window.reset();
    m_session.reset();
    m_reader.reset();
    open();
}

}  // namespace countersign::testing
