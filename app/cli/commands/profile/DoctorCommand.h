#pragma once

#include "app/cli/CommandTable.h"
#include "app/cli/ProfileSession.h"
#include "core/base/PendingCall.h"
#include "core/dynamic/DynamicApi.h"
#include "core/inbox/source/CountersignRelaySource.h"
#include "core/net/HttpExchange.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace countersign::cli {

/// The `doctor` command: one examination of a profile. "Why does nothing arrive?" has a handful of answers,
/// and each is looked for here in the order in which they hide one another: folder, keychain, disk, vault,
/// configuration, relay, clock, record, and for signing Dynamic's API token and the engine. What depends on
/// something that failed is left out rather than guessed.
class DoctorCommand : public QObject
{
    Q_OBJECT

public:
    static void addTo(CommandTable& table);

private:
    explicit DoctorCommand(Invocation& invocation) : m_invocation(invocation) {}

    void examine();
    void checkFolder();
    void checkKeychain();
    void checkDisk(const std::filesystem::path& folder);
    void checkVault();
    void onUnlocked(const Status& status);
    void checkStructure();
    void checkSettings();
    void checkConfiguration();
    void checkDescriptors();
    void checkQuarantine();
    void checkRecord();
    void checkRollback();
    void checkRelay();
    void checkClock();
    void compareClocks(const Result<HttpResponse>& answer);
    void checkDynamic();
    void checkEngine();
    void report(const char* check, bool ok, const QString& sentence);
    void finish();

    Invocation& m_invocation;
    std::shared_ptr<Vault> m_vault;
    std::shared_ptr<ProfileSession> m_session;
    std::unique_ptr<CountersignRelaySource> m_relay;
    HttpClient m_http;
    std::unique_ptr<DynamicApi> m_dynamic;
    PendingCallPtr m_call;
    Json m_checks = Json::array();
    bool m_allOk = true;
};

}  // namespace countersign::cli
