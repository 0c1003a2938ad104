#include "services/sandbox/Faults.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace countersign::sandbox {

namespace {

struct FaultsText
{
    Q_DECLARE_TR_FUNCTIONS(FaultsText)
};

constexpr JsonLimits faultLimits{4 * 1024, 2, 32};
constexpr std::uint64_t maxTimes = 1'000;

constexpr std::array signingNames{
    std::pair{SigningFault::ErrorEvent, "error-event"},
    std::pair{SigningFault::ErrorAfterRoom, "error-after-room"},
    std::pair{SigningFault::PlainJson, "plain-json"},
    std::pair{SigningFault::Silence, "silence"},
    std::pair{SigningFault::EndWithoutEvent, "end-without-event"},
    std::pair{SigningFault::HalfEvent, "half-event"},
    std::pair{SigningFault::Http500, "http-500"},
    std::pair{SigningFault::Http429, "http-429"},
    std::pair{SigningFault::Drop, "drop"},
    std::pair{SigningFault::SplitUtf8, "split-utf8"},
    std::pair{SigningFault::Crlf, "crlf"},
};

constexpr std::array revocationNames{
    std::pair{RevocationFault::Http401, "http-401"},
    std::pair{RevocationFault::Http403, "http-403"},
    std::pair{RevocationFault::Http404, "http-404"},
    std::pair{RevocationFault::Http422, "http-422"},
    std::pair{RevocationFault::Http429, "http-429"},
    std::pair{RevocationFault::Http500, "http-500"},
    std::pair{RevocationFault::Drop, "drop"},
    std::pair{RevocationFault::LostAnswer, "lost-answer"},
    std::pair{RevocationFault::Delay, "delay"},
    std::pair{RevocationFault::LeaveOut, "leave-out"},
    std::pair{RevocationFault::OnlyFailed, "only-failed"},
    std::pair{RevocationFault::SaysNotFound, "says-not-found"},
    std::pair{RevocationFault::NotJson, "not-json"},
};

constexpr std::array inspectionNames{
    std::pair{InspectionFault::Http401, "http-401"},    std::pair{InspectionFault::Http403, "http-403"},
    std::pair{InspectionFault::Http404, "http-404"},    std::pair{InspectionFault::Http422, "http-422"},
    std::pair{InspectionFault::Http429, "http-429"},    std::pair{InspectionFault::Http500, "http-500"},
    std::pair{InspectionFault::Drop, "drop"},           std::pair{InspectionFault::LostAnswer, "lost-answer"},
    std::pair{InspectionFault::Delay, "delay"},         std::pair{InspectionFault::NotJson, "not-json"},
    std::pair{InspectionFault::Duplicate, "duplicate"}, std::pair{InspectionFault::Reorder, "reorder"},
};

/// In the order of InspectionCall.
constexpr std::array<const char*, inspectionCalls> inspectionCallNames{
    "wallet", "user", "settings", "keys", "webhooks", "messages", "event", "token", "redeliver"};

constexpr std::array webhookNames{
    std::pair{WebhookFault::Lose, "lose"},
    std::pair{WebhookFault::Drop, "drop"},
    std::pair{WebhookFault::LostAnswer, "lost-answer"},
    std::pair{WebhookFault::Delay, "delay"},
    std::pair{WebhookFault::Reorder, "reorder"},
    std::pair{WebhookFault::Duplicate, "duplicate"},
};

constexpr std::array enclaveNames{
    std::pair{EnclaveFault::NoAttestation, "no-attestation"},
    std::pair{EnclaveFault::WrongPcr, "wrong-pcr"},
    std::pair{EnclaveFault::ZeroPcrs, "zero-pcrs"},
    std::pair{EnclaveFault::WrongNonce, "wrong-nonce"},
    std::pair{EnclaveFault::WrongUserData, "wrong-user-data"},
    std::pair{EnclaveFault::OldDocument, "old-document"},
    std::pair{EnclaveFault::WrongRoot, "wrong-root"},
    std::pair{EnclaveFault::ExpiredChain, "expired-chain"},
    std::pair{EnclaveFault::BadSignature, "bad-signature"},
    std::pair{EnclaveFault::EmptyConnectionId, "empty-connection-id"},
    std::pair{EnclaveFault::WrongCiphertext, "wrong-ciphertext"},
    std::pair{EnclaveFault::ShortCiphertext, "short-ciphertext"},
    std::pair{EnclaveFault::WrongSignature, "wrong-signature"},
    std::pair{EnclaveFault::HighS, "high-s"},
    std::pair{EnclaveFault::NoSignature, "no-signature"},
    std::pair{EnclaveFault::DropWhileSigning, "drop-while-signing"},
    std::pair{EnclaveFault::DropAfterSigning, "drop-after-signing"},
    std::pair{EnclaveFault::Error, "error"},
    std::pair{EnclaveFault::ErrorFrame, "error-frame"},
    std::pair{EnclaveFault::Silence, "silence"},
    std::pair{EnclaveFault::ForeignRequestId, "foreign-request-id"},
    std::pair{EnclaveFault::NotJson, "not-json"},
    std::pair{EnclaveFault::Close1001, "close-1001"},
};

template <typename Names>
auto faultOf(const Names& names, const Json& name) -> std::optional<decltype(names[0].first)>
{
    for (const auto& [fault, text] : names) {
        if (name.is_string() && name.get_ref<const std::string&>() == text) {
            return fault;
        }
    }
    return std::nullopt;
}

template <typename Names, typename Fault>
std::string nameOf(const Names& names, Fault wanted)
{
    for (const auto& [fault, text] : names) {
        if (fault == wanted) {
            return text;
        }
    }
    return {};
}

tl::unexpected<Error> refused(QString sentence)
{
    return failure(ErrorCode::InvalidInput, std::move(sentence));
}

Result<int> timesOf(const Json& json)
{
    if (!json.contains("times")) {
        return 1;
    }
    const Json& times = json["times"];
    if (!times.is_number_unsigned() || times.get<std::uint64_t>() < 1 ||
        times.get<std::uint64_t>() > maxTimes) {
        return refused(FaultsText::tr("times must be an integer from 1 to %1.").arg(maxTimes));
    }
    return times.get<int>();
}

/// Reads one member into a plan; false: its name is not known.
template <typename Names, typename Plan>
bool plan(const Json& json, const char* member, const Names& names, int times, std::optional<Plan>& planned)
{
    if (!json.contains(member)) {
        return true;
    }
    if (json[member].is_null()) {
        planned.reset();
        return true;
    }
    const auto fault = faultOf(names, json[member]);
    if (fault) {
        planned = Plan{*fault, times};
    }
    return fault.has_value();
}

template <typename Names, typename Plan>
Json planJson(const Names& names, const std::optional<Plan>& planned)
{
    return planned ? Json{{"fault", nameOf(names, planned->fault)}, {"times", planned->times}}
                   : Json(nullptr);
}

/// What is planned; one strike less, and nothing planned any more after the last.
template <typename Plan>
auto takePlanned(std::optional<Plan>& planned) -> std::optional<decltype(planned->fault)>
{
    if (!planned) {
        return std::nullopt;
    }
    const auto fault = planned->fault;
    if (--planned->times == 0) {
        planned.reset();
    }
    return fault;
}

bool strikesAt(EnclaveFault fault, Faults::Phase phase)
{
    if (fault >= EnclaveFault::Error) {
        return true;
    }
    return (fault <= EnclaveFault::ShortCiphertext) == (phase == Faults::Phase::Handshake);
}

}  // namespace

Status Faults::set(std::string_view body)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(body, faultLimits));
    bool known = json.is_object();
    if (known) {
        for (const auto& [member, value] : json.items()) {
            known = known && (member == "signMessage" || member == "enclave" || member == "revoke" ||
                              member == "webhook" || member == "times" ||
                              std::ranges::find(inspectionCallNames, std::string_view(member)) !=
                                  inspectionCallNames.end());
        }
    }
    if (!known) {
        return refused(FaultsText::tr(
            "Only signMessage, enclave, revoke, webhook, the calls of inspection and times are known here."));
    }
    ASSIGN_OR_RETURN(const int times, timesOf(json));
    const std::scoped_lock lock(m_mutex);
    auto signing = m_signing;
    auto enclave = m_enclave;
    auto revocation = m_revocation;
    auto webhook = m_webhook;
    auto inspection = m_inspection;
    bool isPlanned = true;
    for (std::size_t i = 0; i < inspectionCalls; ++i) {
        isPlanned =
            plan(json, inspectionCallNames.at(i), inspectionNames, times, inspection.at(i)) && isPlanned;
    }
    if (!isPlanned || !plan(json, "webhook", webhookNames, times, webhook) ||
        !plan(json, "signMessage", signingNames, times, signing) ||
        !plan(json, "enclave", enclaveNames, times, enclave) ||
        !plan(json, "revoke", revocationNames, times, revocation)) {
        return refused(FaultsText::tr("There is no fault of this name."));
    }
    m_signing = signing;
    m_enclave = enclave;
    m_revocation = revocation;
    m_webhook = webhook;
    m_inspection = inspection;
    return {};
}

Json Faults::toJson() const
{
    const std::scoped_lock lock(m_mutex);
    Json json{{"signMessage", planJson(signingNames, m_signing)},
              {"enclave", planJson(enclaveNames, m_enclave)},
              {"revoke", planJson(revocationNames, m_revocation)}};
    if (m_webhook) {
        json["webhook"] = planJson(webhookNames, m_webhook);
    }
    for (std::size_t i = 0; i < inspectionCalls; ++i) {
        if (m_inspection.at(i)) {
            json[inspectionCallNames.at(i)] = planJson(inspectionNames, m_inspection.at(i));
        }
    }
    return json;
}

std::optional<SigningFault> Faults::takeSigning()
{
    const std::scoped_lock lock(m_mutex);
    return takePlanned(m_signing);
}

std::optional<RevocationFault> Faults::takeRevocation(bool bulk)
{
    const std::scoped_lock lock(m_mutex);
    const bool isOfBulk = m_revocation && m_revocation->fault >= RevocationFault::LeaveOut;
    return isOfBulk && !bulk ? std::nullopt : takePlanned(m_revocation);
}

std::optional<InspectionFault> Faults::takeInspection(InspectionCall call)
{
    const std::scoped_lock lock(m_mutex);
    return takePlanned(m_inspection.at(static_cast<std::size_t>(call)));
}

std::optional<WebhookFault> Faults::takeWebhook()
{
    const std::scoped_lock lock(m_mutex);
    return takePlanned(m_webhook);
}

std::optional<EnclaveFault> Faults::takeEnclave(Phase phase)
{
    const std::scoped_lock lock(m_mutex);
    const bool strikes = m_enclave && strikesAt(m_enclave->fault, phase);
    return strikes ? takePlanned(m_enclave) : std::nullopt;
}

}  // namespace countersign::sandbox
