#include "services/relay/store/postgres/PostgresListener.h"

#include "services/relay/store/postgres/PostgresConnection.h"
#include "services/relay/store/postgres/PostgresEntries.h"

#include <QLoggingCategory>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <charconv>

namespace countersign::relay {

namespace {

Q_LOGGING_CATEGORY(logListener, "countersign.relay.listener")

/// A connection can die without a word; polls last 30 s at most.
constexpr std::chrono::seconds heartbeat{10};
constexpr std::chrono::milliseconds listenInterval{500};

}  // namespace

PostgresListener::PostgresListener(PostgresConnectionInfo target, NewEntryCallbacks callbacks)
    : m_target(std::move(target)),
      m_callbacks(std::move(callbacks)),
      m_stop(::eventfd(0, EFD_CLOEXEC)),
      m_thread([this] { run(); })
{}

PostgresListener::~PostgresListener()
{
    ::eventfd_write(m_stop, 1);
    m_thread.join();
    ::close(m_stop);
}

bool PostgresListener::isStopped(std::chrono::milliseconds patience) const
{
    pollfd stop{m_stop, POLLIN, 0};
    return ::poll(&stop, 1, static_cast<int>(patience.count())) > 0;
}

void PostgresListener::run()
{
    bool wasConnected = true;
    while (!isStopped(std::chrono::milliseconds(0))) {
        const auto connection = PostgresConnection::open(m_target);
        if (connection) {
            listen(**connection);
        } else if (wasConnected) {
            qCWarning(logListener, "Other relays' deliveries wake nobody here for now: %s",
                      qPrintable(connection.error().detail));
        }
        wasConnected = connection.has_value();
        if (isStopped(listenInterval)) {
            return;
        }
    }
}

void PostgresListener::listen(PostgresConnection& connection)
{
    static_assert(postgresChannel == "countersign_relay");
    if (!connection.run("LISTEN countersign_relay")) {
        return;
    }
    m_callbacks.missed();
    const auto notified = [this](std::string_view payload) {
        InboxId inbox = 0;
        const auto [end, problem] = std::from_chars(payload.data(), payload.data() + payload.size(), inbox);
        if (problem == std::errc() && end == payload.data() + payload.size()) {
            m_callbacks.stored(inbox);
        }
    };
    auto lastSign = std::chrono::steady_clock::now();
    while (!isStopped(std::chrono::milliseconds(0))) {
        if (!connection.waitForNotifications(m_stop, heartbeat, notified)) {
            return;
        }
        if (std::chrono::steady_clock::now() - lastSign >= heartbeat) {
            if (!connection.run("SELECT 1")) {
                return;
            }
            lastSign = std::chrono::steady_clock::now();
        }
    }
}

}  // namespace countersign::relay
