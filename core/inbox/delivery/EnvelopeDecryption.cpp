#include "core/inbox/delivery/EnvelopeDecryption.h"

#include "core/base/ThreadCall.h"
#include "core/vault/database/BackgroundWork.h"

#include <atomic>

namespace countersign {

namespace {

std::optional<std::string> kidOf(const Json& envelope)
{
    const auto kid = optionalString(envelope, "kid");
    return kid ? *kid : std::nullopt;
}

/// The kid only says which key to try first: one that cannot be read counts as absent.
bool hasOddKid(const Json& envelope)
{
    const auto kid = optionalString(envelope, "kid");
    return !kid || (*kid && (*kid)->size() > envelopeMaxKidBytes);
}

Result<HybridEnvelope> readEnvelope(const Json& json)
{
    if (!hasOddKid(json)) {
        return parseEnvelope(json);
    }
    Json without = json;
    without.erase("kid");
    return parseEnvelope(without);
}

Result<OpenedEnvelope> openOne(const EnvelopeOpener& keys, const Json& json, std::string_view preferredKid)
{
    ASSIGN_OR_RETURN(const auto envelope, readEnvelope(json));
    return keys.open(envelope, preferredKid);
}

void appendDetail(std::string& text, std::string_view which, const Result<OpenedEnvelope>& half)
{
    if (half) {
        return;
    }
    if (!text.empty()) {
        text += "; ";
    }
    text += which;
    text += ": ";
    text += half.error().detail.toStdString();
}

}  // namespace

/// One delegation under way; whichever half ends last puts both together.
struct EnvelopeDecryption::Task
{
    explicit Task(const WebhookEvent& source) : event(source) {}

    const WebhookEvent& event;
    std::optional<Result<OpenedEnvelope>> share;
    std::optional<Result<OpenedEnvelope>> walletApiKey;
    std::atomic<int> open = 2;
    std::promise<MaterialResult> done;

    MaterialResult finish(const Vault& vault) const
    {
        if (*share && *walletApiKey) {
            return sealMaterial(vault, event.eventId, event.address, (*share)->plaintext,
                                (*walletApiKey)->plaintext, (*share)->kid);
        }
        DelegationMaterial material;
        material.kid = kidOf(event.walletApiKeyEnvelope);
        if (const auto own = kidOf(event.shareEnvelope)) {
            material.kid = own;
        }
        appendDetail(material.detail, "share", *share);
        appendDetail(material.detail, "wallet API key", *walletApiKey);
        return material;
    }
};

EnvelopeDecryption::EnvelopeDecryption(const Vault& vault, EnvelopeOpener keys, QThreadPool& workers)
    : m_vault(vault), m_keys(std::move(keys)), m_workers(workers)
{}

EnvelopeDecryption::~EnvelopeDecryption()
{
    m_workers.clear();
    m_workers.waitForDone();
    passThreadLock();
}

std::future<MaterialResult> EnvelopeDecryption::start(const WebhookEvent& event)
{
    const auto task = std::make_shared<Task>(event);
    std::future<MaterialResult> result = task->done.get_future();
    for (const bool share : {true, false}) {
        m_workers.start(asRunnable([this, task, share] { openHalf(*task, share); }));
    }
    return result;
}

void EnvelopeDecryption::openHalf(Task& task, bool share) const
{
    // The share's envelope names no key in practice, the other one does (protocol reference §2.2).
    const std::string preferred = kidOf(task.event.walletApiKeyEnvelope).value_or(std::string());
    if (share) {
        task.share = openOne(m_keys, task.event.shareEnvelope, preferred);
    } else {
        task.walletApiKey = openOne(m_keys, task.event.walletApiKeyEnvelope, preferred);
    }
    if (--task.open == 0) {
        task.done.set_value(task.finish(m_vault));
    }
}

}  // namespace countersign
