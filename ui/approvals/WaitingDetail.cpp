#include "ui/approvals/WaitingDetail.h"

#include "ui/approvals/StandingText.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/JobText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>

namespace countersign {

WaitingDetail::WaitingDetail(const Clock& clock, QWidget* parent) : QWidget(parent), m_clock(clock)
{
    build();
    show(nullptr);
}

void WaitingDetail::build()
{
    m_nothing = mutedLabel(tr("Select a job to see who said what about it."), this);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_content = new QWidget(this);
    m_title = plainLabel({}, m_content, Theme::font(1.25, QFont::DemiBold));
    m_address = new AddressView(m_content);
    m_state = new ChipLabel(m_content);
    m_left = new ChipLabel(m_content);
    auto* chips = new QHBoxLayout;
    chips->setSpacing(8);
    chips->addWidget(m_state);
    chips->addWidget(m_left);
    chips->addStretch(1);
    m_reason = mutedLabel({}, m_content);
    m_policy = plainLabel({}, m_content);
    m_endorse = new QPushButton(m_content);
    m_endorse->setProperty("role", QStringLiteral("primary"));
    m_reject = new QPushButton(tr("Reject …"), m_content);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_endorse);
    buttons->addStretch(1);
    buttons->addWidget(m_reject);
    m_statements = new StatementsView(m_content);
    auto* inside = new QVBoxLayout(m_content);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(10);
    for (QLabel* label : {m_title, m_reason, m_policy}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    inside->addWidget(m_title);
    inside->addWidget(m_address);
    inside->addLayout(chips);
    inside->addWidget(m_reason);
    inside->addLayout(buttons);
    inside->addWidget(lineFrame(m_content));
    inside->addWidget(sectionLabel(tr("Policy"), m_content));
    inside->addWidget(m_policy);
    inside->addWidget(lineFrame(m_content));
    inside->addWidget(m_statements);
    inside->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_nothing);
    layout->addWidget(m_content, 1);
    connect(m_endorse, &QPushButton::clicked, this, [this] { Q_EMIT reviewWanted(m_jobId); });
    connect(m_reject, &QPushButton::clicked, this, [this] { Q_EMIT rejectWanted(m_jobId); });
}

void WaitingDetail::show(const WaitingJob* one)
{
    m_nothing->setVisible(one == nullptr);
    m_content->setVisible(one != nullptr);
    m_jobId = one != nullptr ? QString::fromStdString(one->job.jobId) : QString();
    if (one != nullptr) {
        showJob(*one);
    }
}

void WaitingDetail::showJob(const WaitingJob& one)
{
    const Job& job = one.job;
    m_title->setText(shownAmounts(jobIntent(one.gist, job)));
    m_address->setAddress(visibleText(job.address));
    m_state->setState(standingText(one.standing));
    m_left->setState(countdownChip(countdown(job.expiresAt, m_clock.now())));
    m_reason->setText(tr("%1. %2").arg(
        submitterText(job), job.reason.empty()
                                ? tr("No reason was given.")
                                : tr("Reason: %1").arg(shownAmounts(visibleText(job.reason, true, 600)))));
    const bool endorses = one.standing && one.standing->waitsForOwn() && one.standing->needsOthers();
    m_endorse->setText(endorses ? tr("Endorse …") : tr("Review …"));
    if (!one.standing) {
        m_policy->setText(one.standing.error().sentence);
        m_statements->showSentence({});
        return;
    }
    m_policy->setText(decisionText(one.standing->judged.decision));
    m_statements->show(*one.standing, m_clock.now());
}

}  // namespace countersign
