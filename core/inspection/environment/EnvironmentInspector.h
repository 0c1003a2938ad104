#pragma once

#include "core/inspection/InspectionServices.h"
#include "core/inspection/environment/EnvironmentCheckStore.h"

#include <QObject>
#include <QTimer>

#include <chrono>

namespace countersign {

/// As KeyInfo::fingerprint, of a public key as Dynamic tells it: PEM, or base64 of PEM or DER. Empty where it
/// cannot be read.
std::string fingerprintOf(const std::string& publicKey);

/// Asks Dynamic about the environment (design.md §9: dynamic check): settings of delegated access, encryption
/// keys, webhooks, token, clock. What one call does not tell is kept with the reason, and the others are
/// asked all the same. The answers become the one row of EnvironmentCheckStore, with an entry in the record
/// ("environment.checked"). It lives on the thread of its database and never blocks on the network.
class EnvironmentInspector : public QObject
{
    Q_OBJECT

public:
    explicit EnvironmentInspector(InspectionServices services, QObject* parent = nullptr);
    ~EnvironmentInspector() override;

    /// done comes once. An error: what is missing to ask anybody, Cancelled after stop(), or that nothing at
    /// all could be read; the row of before stays then. Busy, while another one is going on.
    void inspect(Callback<EnvironmentCheck> done);
    void stop();
    bool isRunning() const { return static_cast<bool>(m_done); }

    /// How long one call waits for a service that asks for patience.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

private:
    void begin();
    void askSettings();
    void askKeys();
    void askWebhooks();
    void askToken();
    /// True: the call is made again by and by.
    bool waitFor(const Error& error, void (EnvironmentInspector::*again)());
    template <typename T>
    void take(Answer<T>& answer, const Result<T>& told, void (EnvironmentInspector::*again)(),
              void (EnvironmentInspector::*next)());
    void noteClock(const std::optional<UnixMillis>& theirs);
    void conclude();
    void later(std::function<void()> work, std::chrono::milliseconds pause = {});
    void finish(Result<EnvironmentCheck> result);

    InspectionServices m_services;
    std::unique_ptr<InspectionApi> m_api;
    PendingCallPtr m_call;
    QTimer m_timer;
    std::function<void()> m_work;
    std::chrono::milliseconds m_patience = std::chrono::minutes(2);
    std::chrono::milliseconds m_waited{0};
    EnvironmentCheck m_check;
    std::optional<Error> m_firstError;
    int m_answers = 0;  ///< that came from Dynamic itself, refusals included
    Callback<EnvironmentCheck> m_done;
};

}  // namespace countersign
