#include "ui/pages/detail/DeliveryDetail.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/inbox/statement/StatementEntries.h"
#include "core/signing/intake/JobEntries.h"
#include "core/signing/intake/JobIntake.h"
#include "core/signing/store/JobCatalog.h"
#include "ui/models/DeliveryModel.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {

/// What this delivery did to the profile, in a sentence.
QString effectOf(const Delivery& delivery, const std::optional<DelegationRecord>& delegation)
{
    if (delivery.verdict == Verdict::Applied && delivery.kind == jobEntryKind) {
        return DeliveryDetail::tr("It brought a signing job.");
    }
    if (delivery.verdict == Verdict::Applied && delivery.kind == withdrawalEntryKind) {
        return DeliveryDetail::tr("It took a signing job back.");
    }
    if (delivery.verdict == Verdict::Applied && delivery.kind == approvalEntryKind) {
        return DeliveryDetail::tr("It brought what an operator says of a signing job.");
    }
    if (delivery.verdict == Verdict::Applied && delivery.kind == statementEntryKind) {
        return DeliveryDetail::tr("It brought what an operator says to every desk.");
    }
    if (delegation) {
        if (delegation->state == "current") {
            return DeliveryDetail::tr(
                "It brought the wallet's current delegation; share and wallet key are sealed in the vault.");
        }
        if (delegation->state == "undecryptable") {
            return DeliveryDetail::tr(
                "It announced a delegation whose material cannot be decrypted here yet.");
        }
        return DeliveryDetail::tr(
            "It brought a delegation that has ended since; its material was destroyed.");
    }
    if (delivery.verdict == Verdict::Applied && delivery.eventName &&
        *delivery.eventName == "wallet.delegation.revoked") {
        return DeliveryDetail::tr("It ended the wallet's delegation; the material was destroyed.");
    }
    return delivery.verdict == Verdict::Applied ? DeliveryDetail::tr("It was taken.")
                                                : DeliveryDetail::tr("It changed nothing.");
}

}  // namespace

QString prettyBody(std::string_view body)
{
    const auto parsed = parseJson(body);
    if (!parsed) {
        return DeliveryDetail::tr("The body is no JSON that could be laid out. See Raw.");
    }
    const std::string text = parsed->dump(2, ' ', false, Json::error_handler_t::replace);
    return visibleText(text, true, DeliveryDetail::shownText);
}

QString headerLines(std::string_view headersJson)
{
    const auto parsed = parseJson(headersJson);
    QString lines;
    if (parsed && parsed->is_array()) {
        for (const Json& pair : *parsed) {
            if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
                return visibleText(headersJson, true);
            }
            lines += visibleText(pair[0].get_ref<const std::string&>()) + QStringLiteral(": ") +
                     visibleText(pair[1].get_ref<const std::string&>()) + u'\n';
        }
        return lines;
    }
    return visibleText(headersJson, true);
}

DeliveryDetail::DeliveryDetail(ProfileReader& reader, QWidget* parent)
    : DetailPane(reader, tr("Select an event to see its headers and body."), parent)
{
    build();
    connect(m_toQuarantine, &QPushButton::clicked, this, &DeliveryDetail::quarantineChosen);
    connect(m_toWallet, &QPushButton::clicked, this, [this] { Q_EMIT walletChosen(m_walletId); });
    connect(m_toJob, &QPushButton::clicked, this, [this] { Q_EMIT jobChosen(m_jobId); });
}

void DeliveryDetail::build()
{
    m_title = plainLabel({}, content(), Theme::font(1.25, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_verdict = new ChipLabel(content());
    m_meaning = mutedLabel({}, content());
    m_meaning->setWordWrap(true);
    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_title);
    layout->addWidget(m_verdict);
    layout->addWidget(m_meaning);
    layout->addWidget(buildAdvice());
    m_effect = plainLabel({}, content());
    m_effect->setWordWrap(true);
    m_toWallet = new QPushButton(tr("Show the wallet"), content());
    m_toJob = new QPushButton(tr("Show the job"), content());
    m_facts = new FactGrid(content());
    m_note = mutedLabel({}, content());
    m_note->setWordWrap(true);
    m_tabs = new QTabWidget(content());
    m_tabs->setDocumentMode(true);
    m_pretty = addTab(tr("Body"));
    m_raw = addTab(tr("Raw"));
    m_hex = addTab(tr("Hex"));
    m_headers = addTab(tr("Headers"));
    m_tabs->setMinimumHeight(260);
    layout->addWidget(m_effect);
    layout->addWidget(m_toWallet, 0, Qt::AlignLeft);
    layout->addWidget(m_toJob, 0, Qt::AlignLeft);
    layout->addWidget(m_facts);
    layout->addWidget(m_note);
    layout->addWidget(m_tabs, 1);
}

QWidget* DeliveryDetail::buildAdvice()
{
    m_advice = adviceFrame(content());
    m_reason = plainLabel({}, m_advice);
    m_reason->setWordWrap(true);
    m_toQuarantine = new QPushButton(tr("Open Quarantine"), m_advice);
    auto* advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->addWidget(m_reason);
    advice->addWidget(m_toQuarantine, 0, Qt::AlignLeft);
    return m_advice;
}

QPlainTextEdit* DeliveryDetail::addTab(const QString& name)
{
    auto* text = new QPlainTextEdit(m_tabs);
    text->setReadOnly(true);
    text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    text->setWordWrapMode(QTextOption::WrapAnywhere);
    text->setFont(Theme::monospace(0.92));
    text->setTabChangesFocus(true);
    text->setAccessibleName(name);
    m_tabs->addTab(text, name);
    return text;
}

Result<DeliveryDetail::Known> DeliveryDetail::known(Database& database, std::int64_t id)
{
    const DeliveryCatalog catalog(database);
    const std::vector<std::int64_t> ids = {id};
    auto rows = catalog.rows(ids);
    auto content = catalog.content(id);
    if (!rows || !content || rows->empty()) {
        return failure(!content ? content.error() : rows ? Error{ErrorCode::NotFound, {}, {}} : rows.error());
    }
    Known known{std::move(rows->front()), std::move(*content), {}, {}};
    if (const auto jobId = jobIdOfEntry(known.delivery.kind, known.content.body)) {
        const auto job = JobCatalog(database).find(*jobId);
        known.jobId = job ? QString::fromStdString(job->jobId) : QString();
    }
    if (known.delivery.walletId) {
        const auto history = WalletCatalog(database).history(*known.delivery.walletId);
        for (const DelegationRecord& record : history ? *history : std::vector<DelegationRecord>()) {
            if (record.deliveryId == id) {
                known.delegation = record;
            }
        }
    }
    return known;
}

void DeliveryDetail::read()
{
    ask<Known>(&DeliveryDetail::known, [this](const Known& known) { take(known); });
}

void DeliveryDetail::take(const Known& known)
{
    const Delivery& delivery = known.delivery;
    const StateText verdict = stateText(delivery.verdict);
    m_title->setText(deliveryTitle(delivery));
    m_verdict->setState(verdict);
    m_meaning->setText(verdict.meaning);
    m_advice->setVisible(!delivery.reason.empty());
    m_reason->setText(visibleText(delivery.reason));
    m_toQuarantine->setVisible(delivery.verdict == Verdict::Quarantined);
    m_effect->setText(effectOf(delivery, known.delegation));
    m_jobId = known.jobId;
    m_toJob->setVisible(!m_jobId.isEmpty());
    m_walletId = QString::fromStdString(delivery.walletId.value_or(std::string()));
    m_toWallet->setVisible(!m_walletId.isEmpty());
    showFacts(known);
    showContent(known.content);
}

void DeliveryDetail::showFacts(const Known& known)
{
    const Delivery& delivery = known.delivery;
    const auto addId = [&](const QString& name, const std::optional<std::string>& id) {
        if (id) {
            m_facts->addCode(name, visibleText(*id));
        }
    };
    m_facts->clear();
    addId(tr("Event id"), delivery.eventId);
    addId(tr("Message id"), delivery.messageId);
    addId(tr("Wallet id"), delivery.walletId);
    addId(tr("User"), delivery.userId);
    if (delivery.eventAt) {
        m_facts->addTime(tr("Event's time"), *delivery.eventAt);
    }
    m_facts->addTime(tr("At the relay"), delivery.receivedAt);
    m_facts->addTime(tr("Stored here"), delivery.storedAt);
    m_facts->add(tr("Number"),
                 tr("%1 in the relay's inbox").arg(QLocale().toString(qlonglong(delivery.seq))));
    m_facts->add(tr("Size"), tr("%1 bytes").arg(QLocale().toString(qlonglong(delivery.bodySize))));
    m_facts->addCode(tr("SHA-256"), QString::fromStdString(toHex(known.content.bodySha256)));
}

void DeliveryDetail::showContent(const DeliveryContent& content)
{
    const std::string_view body = asText(content.body);
    QStringList notes;
    if (content.redactedAt) {
        notes << tr("The ciphertexts in this body were removed on %1, when the delegation's material was "
                    "destroyed. "
                    "The SHA-256 is that of the body as it came.")
                     .arg(utcTime(*content.redactedAt));
    }
    if (!content.isBodyKept) {
        notes << tr(
            "The body was not kept, because no valid signature vouched for it and there were too many of its "
            "kind. The SHA-256 is that of the body as it came.");
    }
    if (body.size() > shownText) {
        notes << tr("Only the first %1 KiB of the body are shown; the profile keeps all %2 bytes.")
                     .arg(shownText / 1024)
                     .arg(QLocale().toString(static_cast<qulonglong>(body.size())));
    }
    m_note->setVisible(!notes.isEmpty());
    m_note->setText(notes.join(u'\n'));
    m_pretty->setPlainText(prettyBody(body));
    m_raw->setPlainText(visibleText(body, true, shownText));
    m_hex->setPlainText(hexDump(body, shownHex));
    m_headers->setPlainText(headerLines(content.headersJson));
}

}  // namespace countersign
