#pragma once

#include "ui/session/control/PolicyControl.h"

#include <QLabel>
#include <QPushButton>
#include <QWidget>

namespace countersign {

/// Whose word a change of the policy in force has, and the files in which other operators gave theirs. Shows
/// nothing where the policy in force asks nobody.
class PolicyChangePanel : public QWidget
{
    Q_OBJECT

public:
    PolicyChangePanel(Bytes policy, PolicyControl& control, QWidget* parent = nullptr);

    /// Known, and enough.
    bool isReached() const { return m_standing && m_standing->isReached(); }
    const QStringList& statements() const { return m_files; }
    /// Once more: something about it is different.
    void read();
    /// Counts the word in this file, too.
    void add(const QString& file);

    QString text() const { return m_words->text(); }
    QString problem() const { return m_problem->text(); }
    QPushButton* addButton() const { return m_add; }
    QPushButton* writeButton() const { return m_write; }

Q_SIGNALS:
    void changed();
    /// This desk's operator's word is to be written into the file, for another desk.
    void writeWanted(const QString& file);

private:
    void ask(const QStringList& files);
    void show(const PolicyChangeStanding& standing);
    void chooseStatement();
    void chooseOutput();

    PolicyControl& m_control;
    Bytes m_policy;
    QStringList m_files;
    std::optional<PolicyChangeStanding> m_standing;
    QLabel* m_words = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_add = nullptr;
    QPushButton* m_write = nullptr;
};

}  // namespace countersign
