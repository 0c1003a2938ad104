#pragma once

#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "ui/window/MainWindow.h"

namespace countersign::testing {

/// A relay that answers with nothing until it is told to hand something out or to fail.
class SilentRelay : public RelaySource
{
    Q_OBJECT

public:
    using RelaySource::RelaySource;
    std::string url() const override { return "http://127.0.0.1:9"; }
    std::string inbox() const override { return "demo"; }
    void fetch(const FeedPosition& after, int limit, int waitSeconds) override;
    void cancel() override;

private:
    bool m_running = false;
    int m_answers = 0;
};

/// A keychain that holds fixtureRootKey and perhaps a counter, or refuses with a state.
class FixedRootKeys : public RootKeyStore
{
public:
    explicit FixedRootKeys(KeychainState state) : m_state(state) {}
    void read(const QString& profileId, ReadCallback done) override;
    void write(const QString& profileId, const SecretBytes& key, DoneCallback done) override;
    void remove(const QString& profileId, DoneCallback done) override;
    void probe(StateCallback done) override;

    /// The record's counter, where a test wants one.
    static inline std::optional<Bytes> counter;

private:
    KeychainState m_state;
};

/// Everything that the composition root gives a session, without keychain and network: the clock is the
/// test's, the relay is silent, and whatever a desk would ask of others is refused until adjust, which is
/// called on the session's thread, puts something in its place.
SessionParts sessionParts(const std::filesystem::path& folder, const Clock& clock,
                          KeychainState keychain = KeychainState::Available,
                          std::function<void(SigningServices&)> adjust = {});

/// Test fixture of the window: everything that the composition root builds, with a clock that stands still
/// and a relay without a network.
class ConsoleFixture
{
public:
    explicit ConsoleFixture(const std::filesystem::path& folder,
                            KeychainState keychain = KeychainState::Available);

    MainWindow& window() { return *m_window; }
    ProfileSession& session() { return *m_session; }
    ManualClock& clock() { return m_clock; }
    /// Ends the window and makes another one on the same profile.
    void reopen();

private:
    void open();

    ManualClock m_clock{fixtureNow};
    std::filesystem::path m_folder;
    KeychainState m_keychain;
    std::unique_ptr<ProfileReader> m_reader;
    std::unique_ptr<WindowState> m_state;
    std::unique_ptr<ProfileSession> m_session;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace countersign::testing
