#include "ui/inspection/InspectionPanel.h"

#include "ui/text/InspectionText.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>

namespace countersign {

namespace {
constexpr int inspectionSteps = 1000;
}

InspectionPanel::InspectionPanel(InspectionControl& control, QWidget* parent)
    : QWidget(parent), m_control(control)
{
    build();
    connect(m_verify, &QPushButton::clicked, &m_control, &InspectionControl::verifyAll);
    connect(m_check, &QPushButton::clicked, &m_control, &InspectionControl::checkEnvironment);
    connect(m_messages, &QPushButton::clicked, this, &InspectionPanel::messagesWanted);
    connect(m_cancel, &QPushButton::clicked, &m_control, &InspectionControl::cancel);
    connect(&m_control, &InspectionControl::readyChanged, this, &InspectionPanel::showRun);
    connect(&m_control, &InspectionControl::runChanged, this, &InspectionPanel::showRun);
    showRun();
}

void InspectionPanel::build()
{
    m_verify = new QPushButton(tr("Verify all"), this);
    m_verify->setToolTip(tr("Ask Dynamic about every wallet that is not revoked"));
    m_check = new QPushButton(tr("Check Dynamic"), this);
    m_check->setToolTip(tr("Ask Dynamic about the environment: settings, keys, webhooks, token, clock"));
    m_messages = new QPushButton(tr("Reconcile …"), this);
    m_messages->setToolTip(tr("Compare the webhook's messages at Dynamic with what arrived here"));
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("How far Dynamic was asked"));
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_verify);
    buttons->addWidget(m_check);
    buttons->addStretch(1);
    auto* progress = new QHBoxLayout;
    progress->setSpacing(8);
    progress->addWidget(m_bar, 1);
    progress->addWidget(m_cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(buttons);
    layout->addWidget(m_messages, 0, Qt::AlignLeft);
    layout->addLayout(progress);
    layout->addWidget(m_sentence);
}

void InspectionPanel::showRun()
{
    for (QPushButton* button : {m_verify, m_check}) {
        button->setEnabled(m_control.mayBegin());
    }
    const bool isRunning = m_control.isRunning();
    m_bar->setVisible(isRunning);
    m_cancel->setVisible(isRunning);
    showProgress();
    const auto& run = m_control.run();
    m_sentence->setVisible(run.has_value());
    m_sentence->setText(run ? runSentence(*run) : QString());
}

void InspectionPanel::showProgress()
{
    const auto& run = m_control.run();
    const std::int64_t total = run ? run->progress.total : 0;
    m_bar->setRange(0, total > 0 ? inspectionSteps : 0);
    if (total > 0) {
        m_bar->setValue(static_cast<int>(run->progress.done * inspectionSteps / total));
    }
}

}  // namespace countersign
