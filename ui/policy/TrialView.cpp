#include "ui/policy/TrialView.h"

#include "ui/text/VisibleText.h"
#include "ui/widgets/Labels.h"

#include <QCoreApplication>
#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

namespace {

QString numberText(int number)
{
    return QLocale().toString(number);
}

}  // namespace

QString trialText(const PolicyTrial& trial)
{
    if (trial.jobs == 0) {
        return TrialView::tr("There is no job yet that it could be tried on.");
    }
    if (trial.lines.empty()) {
        return TrialView::tr("It would have decided about all %1 jobs as was decided.")
            .arg(numberText(trial.jobs));
    }
    return TrialView::tr(
               "Of %1 jobs, %2 would have been blocked, %3 would have needed more approvals, and %4 fewer.")
        .arg(numberText(trial.jobs), numberText(trial.blocked), numberText(trial.moreApprovals),
             numberText(trial.lessApprovals));
}

TrialView::TrialView(QWidget* parent) : QWidget(parent)
{
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_list = new QTreeWidget(this);
    m_list->setAccessibleName(tr("Jobs that it treats otherwise"));
    m_list->setHeaderLabels({tr("Job"), tr("Then"), tr("Now"), tr("Rule")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setColumnWidth(0, 200);
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
        auto* item =
            new QTreeWidgetItem(m_list, {line.what, line.before, line.now,
                                         line.rule.empty() ? tr("built-in policy") : visibleText(line.rule)});
        item->setToolTip(0, QString::fromStdString(line.jobId));
    }
    m_list->setVisible(!trial.lines.empty());
}

}  // namespace countersign
