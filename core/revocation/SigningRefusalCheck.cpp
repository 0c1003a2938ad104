#include "core/revocation/SigningRefusalCheck.h"

#include "core/base/encoding/Hex.h"
#include "core/delegation/DelegationStore.h"
#include "core/dynamic/DynamicConnection.h"

#include <QCoreApplication>

#include <utility>

namespace countersign {

namespace {

/// What the room is asked for. It says what it is, should it ever be seen in a log.
constexpr std::string_view probeMessage =
    "Countersign checks that a delegation which was revoked cannot sign.";

struct SigningRefusalCheckText
{
    Q_DECLARE_TR_FUNCTIONS(SigningRefusalCheckText)
};

}  // namespace

SigningRefusalCheck::SigningRefusalCheck(Database& database, const Vault& vault, const Clock& clock,
                                         MakeApi makeApi)
    : m_database(database),
      m_vault(vault),
      m_clock(clock),
      m_audit(database, vault, clock),
      m_makeApi(std::move(makeApi))
{}

Status SigningRefusalCheck::holdBack(const RevocationItem& item)
{
    DelegationStore delegations(m_database);
    const auto current = delegations.currentEvent(item.walletId);
    if (!current || *current != item.eventId || m_held.size() >= mostHeld) {
        return {};
    }
    auto material = delegations.open(item.walletId, "check that signing is refused", m_vault, m_audit);
    if (!material) {
        return material.error().code == ErrorCode::Locked ? Status(failure(material.error())) : Status();
    }
    m_held[item.eventId] = {std::move(material->walletApiKey),
                            item.shareSetIds.empty() ? std::nullopt : std::optional(item.shareSetIds.front()),
                            m_clock.now()};
    return {};
}

void SigningRefusalCheck::letOldGo()
{
    std::erase_if(m_held, [now = m_clock.now()](const auto& held) {
        return now - held.second.since > holdTime || now < held.second.since;
    });
}

void SigningRefusalCheck::check(const RevocationItem& item, std::function<void(const Outcome&)> answered)
{
    stop();
    m_answered = std::move(answered);
    const auto refuse = [this](const QString& why) {
        m_call = DynamicConnection::refuse([this, why] { answer(SigningCheck::NotTried, why); });
    };
    const auto held = m_held.find(item.eventId);
    if (held == m_held.end()) {
        return refuse(SigningRefusalCheckText::tr(
            "The wallet's credential is not held back here: the delegation could not be used any more, it "
            "took too long, or another program began the revocation."));
    }
    m_used = std::move(held->second);
    m_held.erase(held);
    auto api = m_makeApi ? m_makeApi() : Result<std::unique_ptr<DynamicApi>>(nullptr);
    if (!api || !*api) {
        return refuse(api ? SigningRefusalCheckText::tr("Dynamic cannot be asked.") : api.error().sentence);
    }
    m_api = *std::move(api);
    // With the API token alone: a token that is refused would make every room look refused.
    m_lookUp = m_api->lookUpWallet(item.walletId, [this, walletId = item.walletId](
                                                      const Result<WaasWallet>& wallet) {
        if (!wallet && wallet.error().code != ErrorCode::NotFound) {
            return answer(
                SigningCheck::NotTried,
                SigningRefusalCheckText::tr("Asking for the wallet failed: %1").arg(wallet.error().sentence));
        }
        openRoom(walletId);
    });
}

void SigningRefusalCheck::openRoom(const std::string& walletId)
{
    SigningRoomRequest request;
    request.walletId = walletId;
    request.walletApiKey = std::move(m_used.walletApiKey);
    request.message = toHexPrefixed(asBytes(probeMessage));
    request.shareSetId = m_used.shareSetId;
    m_call = m_api->openSigningRoom(
        std::move(request),
        {.opened =
             [this](const std::string&) {
                 answer(SigningCheck::Possible,
                        SigningRefusalCheckText::tr(
                            "Dynamic opened a signing room for the revoked delegation. Nothing was signed. "
                            "Look at the wallet at Dynamic, and report it to them."));
             },
         .failed =
             [this](const Error& error) {
                 // An error within an open stream may be anything; a status is about this request.
                 const bool isStatus = error.detail.startsWith(QLatin1StringView("HTTP "));
                 const bool isRefused =
                     isStatus && (error.code == ErrorCode::Denied || error.code == ErrorCode::NotFound);
                 const QString said =
                     error.detail.isEmpty() ? error.sentence : error.sentence + u' ' + error.detail;
                 answer(isRefused ? SigningCheck::Refused : SigningCheck::NotTried, said);
             }});
}

void SigningRefusalCheck::answer(SigningCheck check, const QString& detail)
{
    if (const auto answered = std::exchange(m_answered, {})) {
        answered({check, detail});
    }
}

void SigningRefusalCheck::stop()
{
    m_answered = {};
    m_call.reset();
    m_lookUp.reset();
    m_api.reset();
    m_used = {};
}

}  // namespace countersign
