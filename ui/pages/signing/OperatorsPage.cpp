#include "ui/pages/signing/OperatorsPage.h"

#include "ui/operators/AddOperatorDialog.h"
#include "ui/operators/NewIdentityDialog.h"
#include "ui/operators/RemoveOperatorDialog.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QAction>
#include <QHeaderView>

namespace countersign {

OperatorsPage::OperatorsPage(OperatorControl& control, Reauthentication& reauthentication, const Clock& clock,
                             WindowState& state, QWidget* parent)
    : ListPage(pageName, tr("Operators"), state, parent),
      m_control(control),
      m_reauthentication(reauthentication),
      m_clock(clock),
      m_model(new OperatorModel(clock, this)),
      m_detail(new OperatorDetail)
{
    build();
    buildDoubt();
    connect(&m_control, &OperatorControl::changed, this, &OperatorsPage::refresh);
    connect(&m_control, &OperatorControl::readyChanged, this, &OperatorsPage::refresh);
    restoreState();
    updateState();
}

void OperatorsPage::build()
{
    setDetail(m_detail);
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Registered operators"));
    table()->setColumnWidths({116, 116, 230, 92});
    table()->setStretchColumn(OperatorModel::Words);
    table()->setDropOrder({OperatorModel::Added, OperatorModel::Groups});
    setFilterHelp(tr("Filter: name, group, words of the key"),
                  tr("Words match names, groups and the words of the keys."));
    m_own = new OwnOperatorCard(this);
    addHead(m_own);
    m_add = new QPushButton(tr("Register …"), this);
    m_add->setProperty("role", QStringLiteral("primary"));
    m_add->setAccessibleName(tr("Register an operator"));
    m_remove = new QPushButton(tr("Remove …"), this);
    m_remove->setAccessibleName(tr("Remove the selected operator"));
    addControl(m_add);
    addLastControl(m_remove);
    auto* remove = new QAction(tr("Remove …"), table());
    remove->setShortcut(QKeySequence(Qt::Key_Delete));
    remove->setShortcutContext(Qt::WidgetShortcut);
    table()->addAction(remove);
    table()->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(remove, &QAction::triggered, this, &OperatorsPage::removeSelected);
    connect(m_own, &OwnOperatorCard::makeWanted, this, &OperatorsPage::makeIdentity);
    connect(m_add, &QPushButton::clicked, this, &OperatorsPage::add);
    connect(m_remove, &QPushButton::clicked, this, &OperatorsPage::removeSelected);
    connect(m_detail->removeButton(), &QPushButton::clicked, this, &OperatorsPage::removeSelected);
    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        const Operator* one = m_model->operatorAt(current.row());
        if (one != nullptr) {
            m_selected = one->name;
        }
        m_detail->show(one);
        updateState();
    });
}

void OperatorsPage::buildDoubt()
{
    m_doubtPanel = adviceFrame(this);
    auto* layout = new QVBoxLayout(m_doubtPanel);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(4);
    layout->addWidget(
        plainLabel(tr("Nothing of this register counts"), m_doubtPanel, Theme::font(1.0, QFont::DemiBold)));
    m_doubtWords = plainLabel({}, m_doubtPanel);
    m_doubtWords->setWordWrap(true);
    m_doubtWords->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_doubtWords);
    m_doubtPanel->hide();
    addHead(m_doubtPanel);
}

void OperatorsPage::start()
{
    m_isStarted = true;
    refresh();
}

void OperatorsPage::refresh()
{
    if (!m_isStarted) {
        return;
    }
    if (!m_control.isReady()) {
        m_isRead = false;
        m_error.reset();
        m_known = {};
        m_model->setOperators({}, false);
        return updateState();
    }
    m_isWantedAgain = m_isReading;
    if (m_isReading) {
        return;
    }
    m_isReading = true;
    m_control.read(this, [this](Result<KnownOperators> known) {
        m_isReading = false;
        take(std::move(known));
        if (std::exchange(m_isWantedAgain, false)) {
            refresh();
        }
    });
}

void OperatorsPage::take(Result<KnownOperators> known)
{
    if (!m_control.isReady()) {
        return;  // locked meanwhile
    }
    m_isRead = known.has_value();
    m_error = known ? std::nullopt : std::optional(known.error());
    m_known = known ? std::move(*known) : KnownOperators();
    m_own->show(m_known);
    m_model->setOperators(m_known.registered, !m_known.doubt.isEmpty());
    keepSelection();
    updateState();
}

void OperatorsPage::keepSelection()
{
    const int row = m_model->rowOf(m_selected);
    if (row >= 0) {
        table()->setCurrentIndex(m_model->index(row, 0));
    } else if (m_model->rowCount() > 0) {
        table()->setCurrentIndex(m_model->index(0, 0));
    }
    m_detail->show(m_model->operatorAt(table()->currentIndex().row()));
}

void OperatorsPage::applyFilter(const QString& text)
{
    m_model->setFilter(text);
    keepSelection();
    updateState();
}

void OperatorsPage::updateState()
{
    const bool can = canWrite();
    m_own->setVisible(m_control.isReady() && m_isRead);
    m_own->setCanMake(can);
    m_doubtWords->setText(m_known.doubt);
    m_doubtPanel->setVisible(!m_known.doubt.isEmpty());
    m_add->setEnabled(can);
    const bool canRemove = can && m_model->rowCount() > 0 && m_detail->shown().has_value();
    m_remove->setEnabled(canRemove);
    m_detail->removeButton()->setEnabled(canRemove);
    const QString obstacle = !m_control.isReady() ? tr("Unlock the profile first.") : m_known.doubt;
    for (QPushButton* button : {m_add, m_remove}) {
        button->setToolTip(plainToolTip(can ? QString() : obstacle));
    }
    setCountText({});
    if (!m_control.isReady()) {
        showState(QStringLiteral("lock"), tr("Unlock to see the operators"),
                  tr("They are checked with the profile's keys, so that nobody who can only write its file "
                     "can add one."));
    } else if (m_error) {
        showState(QStringLiteral("error"), tr("The operators cannot be read"), m_error->sentence,
                  tr("Try again"));
    } else if (!m_isRead) {
        showTable();
    } else if (m_model->total() == 0 && !m_known.doubt.isEmpty()) {
        showState(QStringLiteral("mismatch"), tr("The register is empty, and should not be"), m_known.doubt);
    } else if (m_model->total() == 0) {
        showState(
            QStringLiteral("operators"), tr("Nobody else's approval counts here yet"),
            tr("Policies can ask for approvals of several people, each at a desk of their own. Register "
               "the key of each: what they approve or reject then counts here, and nobody can say it in "
               "their name."),
            can ? tr("Register an operator …") : QString());
    } else if (m_model->rowCount() == 0) {
        showState(QStringLiteral("search"), tr("No operator matches"),
                  tr("No name, group or key has these words in it."), tr("Clear the filter"));
    } else {
        showRows(m_model->rowCount());
    }
}

void OperatorsPage::onStateAction()
{
    if (m_error) {
        refresh();
    } else if (m_model->total() > 0) {
        clearFilter();
    } else {
        add();
    }
}

NewIdentityDialog* OperatorsPage::makeIdentity()
{
    if (!canWrite() || m_known.own || !m_known.ownProblem.isEmpty()) {
        return nullptr;
    }
    auto* dialog = new NewIdentityDialog(m_control, this);
    dialog->show();
    return dialog;
}

AddOperatorDialog* OperatorsPage::add()
{
    if (!canWrite()) {
        return nullptr;
    }
    auto* dialog = new AddOperatorDialog(m_control, m_reauthentication, m_clock, this);
    dialog->show();
    return dialog;
}

RemoveOperatorDialog* OperatorsPage::removeSelected()
{
    const auto& selected = m_detail->shown();
    if (!canWrite() || !isTableShown() || !selected) {
        return nullptr;
    }
    auto* dialog = new RemoveOperatorDialog(*selected, m_control, m_reauthentication, m_clock, this);
    dialog->show();
    return dialog;
}

}  // namespace countersign
