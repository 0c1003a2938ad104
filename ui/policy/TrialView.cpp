#include "ui/policy/TrialView.h"

#include "ui/text/AddressText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/Labels.h"

#include <QCoreApplication>
#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

namespace {

QString numberText(std::size_t number)
{
    return QLocale().toString(static_cast<qulonglong>(number));
}

}  // namespace

QString trialText(const PolicyTrial& trial)
{
    if (trial.jobs == 0) {
        return TrialView::tr("No job has ended yet that it could be tried on.");
    }
    QString sentence =
        TrialView::tr("Of %1 jobs, %2 would have been blocked, %3 would have needed a second approval.")
            .arg(numberText(trial.jobs), numberText(trial.blocked), numberText(trial.secondApproval));
    if (trial.unreadable > 0) {
        sentence += u' ' + TrialView::tr("%1 could not be read.").arg(numberText(trial.unreadable));
    }
    if (trial.lines.size() == PolicyTrial::mostLines) {
        sentence +=
            u' ' + TrialView::tr("The first %1 of these are listed.").arg(numberText(trial.lines.size()));
    }
    return sentence;
}

TrialView::TrialView(QWidget* parent) : QWidget(parent)
{
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_list = new QTreeWidget(this);
    m_list->setAccessibleName(tr("Jobs that would have been blocked, or needed a second approval"));
    m_list->setHeaderLabels({tr("When"), tr("Job"), tr("Was"), tr("Rule"), tr("It would have said")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setColumnWidth(0, 150);
    m_list->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_sentence);
    layout->addWidget(m_list, 1);
    layout->addStretch(0);
    showSentence(
        tr("Try it against the history to see what it would have done with the jobs of this profile."));
}

void TrialView::showSentence(const QString& sentence)
{
    m_sentence->setText(sentence);
    m_list->clear();
    m_list->hide();
}

void TrialView::show(const PolicyTrial& trial)
{
    showSentence(trialText(trial));
    for (const PolicyTrial::Line& line : trial.lines) {
        const QString id = QString::fromStdString(line.jobId);
        auto* item = new QTreeWidgetItem(
            m_list, {utcTime(line.at), elidedId(id), line.had,
                     line.rule.empty() ? tr("built-in policy") : visibleText(line.rule), line.would});
        item->setToolTip(1, plainToolTip(id));
        item->setToolTip(4, plainToolTip(line.would));
    }
    m_list->setVisible(!trial.lines.empty());
}

}  // namespace countersign
