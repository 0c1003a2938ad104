#include "ui/operators/NewIdentityDialog.h"

#include "ui/widgets/Labels.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QVBoxLayout>

namespace countersign {

NewIdentityDialog::NewIdentityDialog(OperatorControl& control, QWidget* parent)
    : QDialog(parent), m_control(control)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Make this desk's operator"));
    setMinimumWidth(480);
    auto* words =
        mutedLabel(tr("The name is what this desk's statements are shown with here; other desks choose "
                      "theirs when they register the key. The key is made now, lies sealed in this "
                      "profile, and never leaves it. There is one for a profile."),
                   this);
    words->setWordWrap(true);
    m_name = new QLineEdit(this);
    m_name->setMaxLength(64);
    m_name->setPlaceholderText(tr("alice"));
    m_name->setAccessibleName(tr("Name of this desk's operator"));
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    auto* form = new QFormLayout;
    form->addRow(tr("&Name"), m_name);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_make = buttons->addButton(tr("Make the key"), QDialogButtonBox::ActionRole);
    setRole(m_make, QStringLiteral("primary"));
    m_make->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(words);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_make, &QPushButton::clicked, this, &NewIdentityDialog::make);
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_problem->clear();
        update();
    });
    connect(&m_control, &OperatorControl::readyChanged, this, [this] {
        m_isMaking = m_isMaking && m_control.isReady();
        update();
    });
    m_name->setFocus();
    update();
}

void NewIdentityDialog::update()
{
    m_make->setEnabled(m_control.isReady() && !m_isMaking && !m_name->text().trimmed().isEmpty());
}

void NewIdentityDialog::make()
{
    if (!m_make->isEnabled()) {
        return;
    }
    m_isMaking = true;
    update();
    m_control.create(this, m_name->text().trimmed(), [this](const Result<OwnOperator>& made) {
        m_isMaking = false;
        if (made) {
            accept();
            return;
        }
        m_problem->setText(made.error().sentence);
        update();
    });
}

}  // namespace countersign
