#include "ui/review/ReviewDialog.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>
#include <QScreen>
#include <QVBoxLayout>

// Where everything of the review stands; what it says is in ReviewDialogShown.cpp.

namespace countersign {

namespace {

QPushButton* button(const QString& text, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    // Enter must never decide anything that was not read.
    made->setAutoDefault(false);
    made->setDefault(false);
    return made;
}

}  // namespace

void ReviewDialog::build()
{
    setWindowTitle(tr("Review a job"));
    setSizeGripEnabled(true);
    setMinimumSize(760, 560);
    // The buttons stand at the bottom: they must be on the screen, with the frame of the window.
    const QSize frame(40, 80);
    resize(QSize(940, 700).boundedTo(screen()->availableSize() - frame));
    m_banner = new NoticeBar(this);
    m_notice = new NoticeBar(this);
    m_content = new ContentView(this);
    m_engines = new EngineChoice(m_control, this);

    auto* inside = new QVBoxLayout;
    m_inside = inside;
    inside->setContentsMargins(24, 16, 24, 16);
    inside->setSpacing(12);
    inside->addWidget(buildHead());
    inside->addWidget(m_content, 1);
    inside->addWidget(buildProgress());
    inside->addWidget(m_engines);
    inside->addWidget(buildRejection());
    inside->addWidget(buildConfirmation());
    inside->addLayout(buildButtons());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_notice);
    layout->addLayout(inside, 1);
    connect(m_notice, &NoticeBar::actionTriggered, this, [this] {
        if (m_now.notice == ReviewControls::Notice::Amounts) {
            toggleAmounts();
            return;
        }
        m_error.reset();
        prepare(true);
    });
}

QWidget* ReviewDialog::buildHead()
{
    auto* head = new QWidget(this);
    m_identicon = new QLabel(head);
    m_address = new AddressView(head);
    m_state = new ChipLabel(head);
    m_left = new ChipLabel(head);
    m_intent = plainLabel({}, head, Theme::font(1.25, QFont::DemiBold));
    m_intent->setWordWrap(true);
    m_intent->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_who = mutedLabel({}, head);
    m_who->setWordWrap(true);
    m_why = plainLabel({}, head);
    m_why->setWordWrap(true);

    auto* chips = new QVBoxLayout;
    chips->setSpacing(6);
    chips->addWidget(m_state, 0, Qt::AlignRight);
    chips->addWidget(m_left, 0, Qt::AlignRight);
    chips->addStretch(1);
    auto* words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_address);
    words->addWidget(m_who);
    auto* wallet = new QHBoxLayout;
    wallet->setSpacing(12);
    wallet->addWidget(m_identicon, 0, Qt::AlignTop);
    wallet->addLayout(words, 1);
    wallet->addLayout(chips);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(wallet);
    layout->addWidget(m_intent);
    layout->addWidget(m_why);
    return head;
}

QWidget* ReviewDialog::buildProgress()
{
    m_progressPart = cardFrame(this);
    m_steps = new CeremonySteps(m_progressPart);
    m_result = new FactGrid(m_progressPart);
    auto* layout = new QHBoxLayout(m_progressPart);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(24);
    layout->addWidget(m_steps, 0, Qt::AlignTop);
    layout->addWidget(m_result, 1, Qt::AlignTop);
    return m_progressPart;
}

QWidget* ReviewDialog::buildRejection()
{
    m_rejectPart = new QWidget(this);
    m_reason = new QLineEdit(m_rejectPart);
    m_reason->setPlaceholderText(tr("Why is it rejected? The submitter is told."));
    m_reason->setAccessibleName(tr("Reason of the rejection"));
    m_reason->setMaxLength(500);
    m_confirmReject = button(tr("Reject this &job"), m_rejectPart);
    m_confirmReject->setEnabled(false);
    auto* keep = button(tr("&Keep it"), m_rejectPart);
    auto* layout = new QHBoxLayout(m_rejectPart);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_reason, 1);
    layout->addWidget(m_confirmReject);
    layout->addWidget(keep);
    m_rejectPart->hide();
    connect(m_reason, &QLineEdit::textChanged, this, &ReviewDialog::updateControls);
    connect(m_confirmReject, &QPushButton::clicked, this, &ReviewDialog::rejectJob);
    connect(keep, &QPushButton::clicked, this, &ReviewDialog::hideRejection);
    return m_rejectPart;
}

QWidget* ReviewDialog::buildConfirmation()
{
    m_confirmPart = adviceFrame(this);
    m_confirmSentence = plainLabel({}, m_confirmPart);
    m_confirmSentence->setWordWrap(true);
    m_confirmApprove = button({}, m_confirmPart);
    m_confirmBack = button(tr("&Back"), m_confirmPart);
    auto* layout = new QHBoxLayout(m_confirmPart);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(m_confirmSentence, 1);
    layout->addWidget(m_confirmApprove);
    layout->addWidget(m_confirmBack);
    m_confirmPart->hide();
    connect(m_confirmApprove, &QPushButton::clicked, this, [this] {
        m_approvals == nullptr ? approveNow() : m_approvals->obtain([this] { approveNow(); });
    });
    connect(m_confirmBack, &QPushButton::clicked, this, &ReviewDialog::hideConfirmation);
    return m_confirmPart;
}

QLayout* ReviewDialog::buildButtons()
{
    m_reject = button(tr("&Reject …"), this);
    m_cancel = button(tr("Ca&ncel the ceremony"), this);
    m_close = button(tr("&Close"), this);
    m_approve = button(tr("&Approve"), this);
    m_approve->setProperty("role", QStringLiteral("primary"));
    auto* layout = new QHBoxLayout;
    layout->setSpacing(8);
    layout->addWidget(m_reject);
    layout->addWidget(m_cancel);
    layout->addStretch(1);
    layout->addWidget(m_close);
    layout->addWidget(m_approve);
    connect(m_reject, &QPushButton::clicked, this, &ReviewDialog::startRejecting);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_control.cancel(m_jobId); });
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_approve, &QPushButton::clicked, this, &ReviewDialog::pressApprove);
    return layout;
}

}  // namespace countersign
