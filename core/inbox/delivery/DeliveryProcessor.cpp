#include "core/inbox/delivery/DeliveryProcessor.h"

#include "core/inbox/delivery/DeliveryCauses.h"

namespace countersign {

namespace {

Judgement plain(Verdict verdict)
{
    return {verdict, {}, std::nullopt};
}

Judgement plain(Verdict verdict, DeliveryCause cause)
{
    return {verdict, stored(cause), std::nullopt};
}

Judgement quarantined(QuarantineReason reason)
{
    std::string cause = reason.cause;
    return {Verdict::Quarantined, std::move(cause), std::move(reason)};
}

Judgement conflict(DeliveryCause cause, std::string detail)
{
    return quarantined({"conflict", stored(cause), std::move(detail)});
}

Judgement undecryptable(const DelegationMaterial& material)
{
    const DeliveryCause cause = material.sealed ? DeliveryCause::UnknownShareForm : DeliveryCause::NoKey;
    return quarantined({"undecryptable", stored(cause), material.detail});
}

/// What the row says until the effect is known; almost always it stays so.
Judgement prediction(const WebhookEvent& event, const DelegationMaterial& material)
{
    const bool unopened =
        event.kind == WebhookKind::DelegationCreated && material.health == WalletHealth::Undecryptable;
    return unopened ? undecryptable(material) : plain(Verdict::Applied);
}

/// A revocation under an id that another event had. It is genuine, and to end a delegation is the safe side:
/// it takes effect, and waits in quarantine for somebody to look at it.
bool isDoubtedRevocation(const ReadDelivery& read, const Judgement& judgement)
{
    return judgement.quarantine && judgement.quarantine->code == "conflict" && !read.refusal && read.event &&
           read.event->kind == WebhookKind::DelegationRevoked;
}

}  // namespace

Result<DeliveryProcessor::Look> DeliveryProcessor::lookUp(const ReadDelivery& read, std::int64_t deliveryId)
{
    if (!read.isWebhook && !read.refusal) {
        return Look{plain(Verdict::Unknown, DeliveryCause::NotActedUpon)};
    }
    Look look;
    if (read.event && !read.event->eventId.empty() && !(read.refusal && read.refusal->code == "unreadable")) {
        ASSIGN_OR_RETURN(auto known, m_deliveries.knownEvent(read.event->eventId, deliveryId));
        if (known && !known->describes(*read.event)) {
            return Look{
                conflict(DeliveryCause::ReusedId, "first as " + known->name + " at " + toIso8601(known->at))};
        }
        if (known && known->quarantineCode.empty()) {
            return Look{plain(Verdict::Duplicate, DeliveryCause::Taken)};
        }
        look.waitsAs = known ? known->quarantineCode : std::string();
    }
    if (read.refusal) {
        look.judgement = quarantined(*read.refusal);
    } else if (read.event->kind == WebhookKind::Ping) {
        look.judgement = plain(Verdict::Ping);
    } else if (read.event->kind == WebhookKind::Other) {
        look.judgement = plain(Verdict::Unknown, DeliveryCause::NoEffect);
    }
    return look;
}

Result<Judgement> DeliveryProcessor::applyEffect(const WebhookEvent& event, std::int64_t deliveryId,
                                                 UnixMillis receivedAt, const DelegationMaterial& material)
{
    const DelegationPoint point{event.eventId, event.timestamp, event.shareSetId};
    const bool created = event.kind == WebhookKind::DelegationCreated;
    auto outcome =
        created ? m_delegations.applyCreated(
                      {point, *event.walletId, event.address, event.userId, deliveryId, receivedAt}, material)
                : m_delegations.applyRevoked({point, *event.walletId});
    if (!outcome) {
        return failure(outcome.error());
    }
    for (const std::string& ended : outcome->ended) {
        m_destroyed = true;
        if (auto closed =
                m_deliveries.closeEvent(ended, deliveryId, stored(DeliveryCause::Stale), m_clock.now());
            !closed) {
            return failure(closed.error());
        }
    }
    // Also where nothing ended here: what waits may be older than this.
    if (outcome->effect != DelegationOutcome::Effect::AddressConflict) {
        RETURN_IF_ERROR(m_copies.blank(*event.walletId, m_clock.now()));
    }
    switch (outcome->effect) {
        case DelegationOutcome::Effect::Current:
            return prediction(event, material);
        case DelegationOutcome::Effect::Revoked:
            return plain(Verdict::Applied);
        case DelegationOutcome::Effect::Stale:
            return plain(Verdict::Stale, DeliveryCause::Stale);
        case DelegationOutcome::Effect::AddressConflict:
            break;
    }
    return conflict(DeliveryCause::OtherAddress,
                    "address " + event.address.text + " on " + event.address.chain);
}

Status DeliveryProcessor::settle(const ReadDelivery& read, std::int64_t deliveryId,
                                 const Judgement& judgement)
{
    if (!read.event || read.event->eventId.empty() || judgement.verdict == Verdict::Quarantined) {
        return {};
    }
    const std::string& eventId = read.event->eventId;
    if (judgement.verdict == Verdict::Duplicate) {
        ASSIGN_OR_RETURN(const auto ended, m_deliveries.isEnded(eventId));
        return ended
                   ? m_deliveries.closeEvent(eventId, deliveryId, stored(DeliveryCause::Stale), m_clock.now())
                   : Status();
    }
    RETURN_IF_ERROR(m_deliveries.markTaken(eventId, deliveryId, m_clock.now()));
    return m_deliveries.resolveEvent(eventId, deliveryId, Verdict::Duplicate,
                                     stored(DeliveryCause::TakenByAnother));
}

bool DeliveryProcessor::isForHandler(const ReadDelivery& read, std::string_view kind) const
{
    return !read.isWebhook && !read.refusal && m_handler != nullptr && m_handler->handles(kind);
}

Result<Verdict> DeliveryProcessor::processOther(const NewDelivery& delivery, AuditTransaction& record)
{
    ASSIGN_OR_RETURN(const auto often, m_deliveries.isKeptOften(delivery.kind, delivery.bodyHash));
    if (often) {
        return Verdict::Duplicate;
    }
    // The row comes first, because what the handler writes refers to it.
    ASSIGN_OR_RETURN(const auto id, m_deliveries.insert(delivery, nullptr, plain(Verdict::Unknown)));
    ASSIGN_OR_RETURN(auto judgement,
                     m_handler->take({id, delivery.kind, delivery.receivedAt, delivery.body}, record));
    RETURN_IF_ERROR(m_deliveries.judge(id, nullptr, judgement));
    if (judgement.quarantine) {
        RETURN_IF_ERROR(m_deliveries.putQuarantine(id, *judgement.quarantine, m_clock.now()));
    }
    if (judgement.isUnverified) {
        RETURN_IF_ERROR(noteUnverified(id, delivery, std::nullopt));
    }
    return judgement.verdict;
}

Status DeliveryProcessor::noteUnverified(std::int64_t deliveryId, const NewDelivery& delivery,
                                         const std::optional<DelegationClaim>& claim)
{
    const auto size = static_cast<std::int64_t>(delivery.body.size());
    return m_unverified.note(deliveryId, size, size + static_cast<std::int64_t>(delivery.headersJson.size()),
                             claim);
}

/// The row, without the ciphertexts of a delegation that is over already: those are not even written.
Result<std::int64_t> DeliveryProcessor::store(const NewDelivery& delivery, const ReadDelivery& read,
                                              const Judgement& judgement)
{
    const auto claim =
        read.event ? delegationClaim(*read.event) : delegationClaim(delivery.kind, delivery.body);
    ASSIGN_OR_RETURN(const auto over, claim ? m_copies.isOver(*claim) : Result<bool>(false));
    const auto blanked = over ? withoutCiphertexts(delivery.body) : std::nullopt;
    NewDelivery row = delivery;
    if (blanked) {
        row.body = *blanked;
        row.redactedAt = m_clock.now();
    }
    const auto id = m_deliveries.insert(row, read.eventOrNull(), judgement);
    if (id && judgement.isUnverified) {
        RETURN_IF_ERROR(noteUnverified(*id, delivery, claim));
    }
    return id;
}

Result<Verdict> DeliveryProcessor::processOtherAgain(const WaitingDelivery& delivery,
                                                     AuditTransaction& record)
{
    auto judgement =
        m_handler->take({delivery.deliveryId, delivery.kind, delivery.receivedAt, delivery.body}, record);
    if (!judgement) {
        return failure(judgement.error());
    }
    RETURN_IF_ERROR(keepOrDrop(delivery.deliveryId, *judgement));
    RETURN_IF_ERROR(m_deliveries.judge(delivery.deliveryId, nullptr, *judgement));
    if (!judgement->isUnverified) {
        RETURN_IF_ERROR(m_unverified.forget(delivery.deliveryId));
    }
    return judgement->verdict;
}

Status DeliveryProcessor::keepOrDrop(std::int64_t deliveryId, const Judgement& judgement)
{
    return judgement.quarantine
               ? m_deliveries.renewQuarantine(deliveryId, *judgement.quarantine, m_clock.now()).map([](bool) {
                 })
               : m_deliveries.dropQuarantine(deliveryId);
}

Result<Verdict> DeliveryProcessor::processNew(const NewDelivery& delivery, const ReadDelivery& read,
                                              const MaterialSource& material, AuditTransaction& record)
{
    if (isForHandler(read, delivery.kind)) {
        return processOther(delivery, record);
    }
    ASSIGN_OR_RETURN(const auto look, lookUp(read, 0));
    MaterialResult opened;
    if (!look.judgement && read.bringsMaterial()) {
        opened = material();
        if (!opened) {
            return failure(opened.error());
        }
    }
    Judgement judgement = look.judgement ? *look.judgement : prediction(*read.event, *opened);
    bool takesEffect = !look.judgement;
    if (judgement.quarantine && judgement.quarantine->code == look.waitsAs) {
        judgement = plain(Verdict::Duplicate, DeliveryCause::WaitsAlready);
        takesEffect = false;
    }
    if (delivery.isReadAgain && judgement.verdict == Verdict::Duplicate) {
        return judgement.verdict;
    }
    judgement.isUnverified = read.isUnverified();
    if (!takesEffect && !judgement.isUnverified) {
        ASSIGN_OR_RETURN(const auto often, m_deliveries.isKeptOften(delivery.kind, delivery.bodyHash));
        if (often) {
            return Verdict::Duplicate;
        }
    }
    ASSIGN_OR_RETURN(const auto id, store(delivery, read, judgement));
    if (takesEffect) {
        ASSIGN_OR_RETURN(auto final, applyEffect(*read.event, id, delivery.receivedAt, *opened));
        if (final.verdict != judgement.verdict) {
            RETURN_IF_ERROR(m_deliveries.judge(id, read.eventOrNull(), final));
        }
        judgement = std::move(final);
    } else if (isDoubtedRevocation(read, judgement)) {
        RETURN_IF_ERROR(applyEffect(*read.event, id, delivery.receivedAt, {}));
    }
    if (judgement.quarantine) {
        RETURN_IF_ERROR(m_deliveries.putQuarantine(id, *judgement.quarantine, m_clock.now()));
    }
    RETURN_IF_ERROR(settle(read, id, judgement));
    return judgement.verdict;
}

Result<std::optional<Verdict>> DeliveryProcessor::processKnown(const NewDelivery& delivery,
                                                               const ReadDelivery& read,
                                                               const MaterialSource& material,
                                                               AuditTransaction& record)
{
    using Taken = std::optional<Verdict>;
    ASSIGN_OR_RETURN(const auto known, m_deliveries.knownEntry(delivery));
    if (!known || !known->quarantineId) {
        return known ? Taken(Verdict::Duplicate) : Taken();
    }
    ASSIGN_OR_RETURN(const auto waiting, m_deliveries.waiting(*known->quarantineId));
    if (!waiting) {
        return Taken(Verdict::Duplicate);
    }
    if (!waiting->canBeRetried && waiting->isGenuine) {
        return Taken(Verdict::Duplicate);
    }
    if (!waiting->canBeRetried) {
        // Its body is gone; this copy is whole, and takes its place.
        RETURN_IF_ERROR(m_unverified.remove(waiting->deliveryId));
        return Taken();
    }
    ASSIGN_OR_RETURN(const auto verdict, processAgain(*waiting, read, material, record));
    return Taken(verdict == Verdict::Quarantined ? Verdict::Duplicate : verdict);
}

Status DeliveryProcessor::blankIfOver(std::int64_t deliveryId, const ReadDelivery& read)
{
    const auto claim = read.event ? delegationClaim(*read.event) : std::nullopt;
    ASSIGN_OR_RETURN(const auto over, claim ? m_copies.isOver(*claim) : Result<bool>(false));
    return over ? m_deliveries.redact(deliveryId, m_clock.now()) : Status();
}

/// It was correctly signed once, and the secret is not here any more. What it brings stays known, so that it
/// is found when its event or its wallet ends; only the sentence is that of the signature.
Result<Verdict> DeliveryProcessor::keepUntilItVerifies(const WaitingDelivery& delivery,
                                                       const ReadDelivery& read)
{
    QuarantineReason reason = *read.refusal;
    reason.code = delivery.reasonCode;
    RETURN_IF_ERROR(m_deliveries.renewQuarantine(delivery.deliveryId, reason, m_clock.now()));
    return Result<Verdict>(Verdict::Quarantined);
}

Result<Verdict> DeliveryProcessor::processAgain(const WaitingDelivery& delivery, const ReadDelivery& read,
                                                const MaterialSource& material, AuditTransaction& record)
{
    if (isForHandler(read, delivery.kind)) {
        return processOtherAgain(delivery, record);
    }
    if (delivery.isGenuine && read.isUnverified()) {
        return keepUntilItVerifies(delivery, read);
    }
    ASSIGN_OR_RETURN(const auto look, lookUp(read, delivery.deliveryId));
    Judgement judgement;
    if (look.judgement) {
        judgement = *look.judgement;
        if (isDoubtedRevocation(read, judgement)) {
            RETURN_IF_ERROR(applyEffect(*read.event, delivery.deliveryId, delivery.receivedAt, {}));
        }
    } else {
        MaterialResult opened;
        if (read.bringsMaterial()) {
            opened = material();
            if (!opened) {
                return failure(opened.error());
            }
        }
        ASSIGN_OR_RETURN(auto final,
                         applyEffect(*read.event, delivery.deliveryId, delivery.receivedAt, *opened));
        judgement = std::move(final);
    }
    RETURN_IF_ERROR(keepOrDrop(delivery.deliveryId, judgement));
    RETURN_IF_ERROR(blankIfOver(delivery.deliveryId, read));
    RETURN_IF_ERROR(m_deliveries.judge(delivery.deliveryId, read.eventOrNull(), judgement));
    if (!read.isUnverified()) {
        RETURN_IF_ERROR(m_unverified.forget(delivery.deliveryId));
    }
    RETURN_IF_ERROR(settle(read, delivery.deliveryId, judgement));
    return judgement.verdict;
}

}  // namespace countersign
