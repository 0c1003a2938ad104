#include "ui/policy/PolicyChangePanel.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

PolicyChangePanel::PolicyChangePanel(Bytes policy, PolicyControl& control, QWidget* parent)
    : QWidget(parent), m_control(control), m_policy(std::move(policy))
{
    auto* title = plainLabel(tr("Approvals of this change"), this, Theme::font(1.0, QFont::DemiBold));
    m_words = plainLabel({}, this);
    m_words->setWordWrap(true);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    m_add = new QPushButton(tr("Take in a statement …"), this);
    m_write = new QPushButton(tr("Write a statement for another desk …"), this);
    for (QPushButton* button : {m_add, m_write}) {
        button->setAutoDefault(false);
    }
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_write);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(title);
    layout->addWidget(m_words);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    connect(m_add, &QPushButton::clicked, this, &PolicyChangePanel::chooseStatement);
    connect(m_write, &QPushButton::clicked, this, &PolicyChangePanel::chooseOutput);
    hide();
    read();
}

void PolicyChangePanel::read()
{
    ask(m_files);
}

void PolicyChangePanel::add(const QString& file)
{
    QStringList files = m_files;
    files.removeAll(file);
    files.append(file);
    ask(files);
}

/// A file that cannot be used is told, and left out.
void PolicyChangePanel::ask(const QStringList& files)
{
    m_control.changeStanding(this, m_policy, files, [this, files](const Result<PolicyChangeStanding>& told) {
        m_problem->setText(told ? QString() : told.error().sentence);
        if (told) {
            m_files = files;
            show(*told);
        } else {
            setVisible(true);
        }
        Q_EMIT changed();
    });
}

void PolicyChangePanel::show(const PolicyChangeStanding& standing)
{
    m_standing = standing;
    QStringList lines = {tr("The policy in force asks %1 operators to approve its change; %2 do.")
                             .arg(standing.need)
                             .arg(standing.have)};
    for (const PolicyChangeStanding::Line& line : standing.lines) {
        lines << (line.why.isEmpty() ? tr("%1: approves it").arg(line.who)
                                     : tr("%1: does not count, %2").arg(line.who, line.why));
    }
    m_words->setText(lines.join(u'\n'));
    setVisible(standing.need > 0);
}

void PolicyChangePanel::chooseStatement()
{
    auto* chooser = new QFileDialog(this, tr("An operator's statement about this change"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::ExistingFile);
    chooser->setNameFilters({tr("Statements (*.json)"), tr("All files (*)")});
    connect(chooser, &QFileDialog::fileSelected, this, &PolicyChangePanel::add);
    chooser->open();
}

void PolicyChangePanel::chooseOutput()
{
    auto* chooser = new QFileDialog(this, tr("Save the statement"), QDir::homePath());
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->setNameFilters({tr("Statements (*.json)")});
    chooser->setDefaultSuffix(QStringLiteral("json"));
    chooser->selectFile(QStringLiteral("policy-change"));
    connect(chooser, &QFileDialog::fileSelected, this, &PolicyChangePanel::writeWanted);
    chooser->open();
}

}  // namespace countersign
