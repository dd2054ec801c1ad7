//! `pwd` and `grp`: the databases of users and groups.

use macros::pymodule;
use runtime::{Res, ThreadState, Value, struct_sequence};

use crate::files::posix::arguments::fs_text;

struct_sequence! {
    /// An entry of the user database.
    pub STRUCT_PASSWD: "pwd", "struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.

This object may be accessed either as a tuple of
  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)
or via the object attributes as named in the above tuple.", visible 7, constructible true, [
        "pw_name": "user name",
        "pw_passwd": "password",
        "pw_uid": "user id",
        "pw_gid": "group id",
        "pw_gecos": "real name",
        "pw_dir": "home directory",
        "pw_shell": "shell program",
    ]
}

struct_sequence! {
    /// An entry of the group database.
    pub STRUCT_GROUP: "grp", "struct_group", "grp.struct_group: Results from getgr*() routines.

This object may be accessed either as a tuple of
  (gr_name,gr_passwd,gr_gid,gr_mem)
or via the object attributes as named in the above tuple.
", visible 4, constructible true, [
        "gr_name": "group name",
        "gr_passwd": "password",
        "gr_gid": "group id",
        "gr_mem": "group members",
    ]
}

fn user_object(th: &ThreadState, user: &host::user::User) -> Res {
    let values = vec![
        fs_text(th, &user.name)?,
        fs_text(th, &user.password)?,
        th.int(i64::from(user.uid)),
        th.int(i64::from(user.gid)),
        fs_text(th, &user.gecos)?,
        fs_text(th, &user.home)?,
        fs_text(th, &user.shell)?,
    ];
    Ok(STRUCT_PASSWD.make(th, values))
}

fn group_object(th: &ThreadState, group: &host::user::Group) -> Res {
    let mut members = Vec::with_capacity(group.members.len());
    for member in &group.members {
        members.push(fs_text(th, member)?);
    }
    let values =
        vec![fs_text(th, &group.name)?, fs_text(th, &group.password)?, th.int(i64::from(group.gid)), th.list(members)];
    Ok(STRUCT_GROUP.make(th, values))
}

/// A name that must be a `str`, encoded.
fn name_argument(th: &ThreadState, name: &Value, shown: &str) -> Res<std::ffi::CString> {
    if name.as_str().is_none() {
        let class = if name.is_none() { "None".to_string() } else { name.class().full_name() };
        return Err(th.type_error(format_args!("{shown} must be str, not {class}")));
    }
    crate::files::posix::arguments::fs_encoded(th, name)
}

/// The module `pwd`.
#[pymodule(name = "pwd")]
pub mod pwd_module {
    //! This module provides access to the Unix password database.
    //! It is available on all Unix versions.
    //!
    //! Password database entries are reported as 7-tuples containing the following
    //! items from the password database (see `<pwd.h>'), in order:
    //! pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.
    //! The uid and gid items are integers, all others are strings. An
    //! exception is raised if the entry asked for cannot be found.

    use runtime::objects::exceptions as exc;
    use runtime::{Res, ThreadState, Value};

    use super::{STRUCT_PASSWD, name_argument, user_object};

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[pyfunction("(uidobj, /)")]
    fn getpwuid(th: &ThreadState, uidobj: &Value) -> Res {
        let uid = match crate::files::posix::arguments::uid(th, uidobj) {
            Err(raised) if th.raised_is(&raised, &exc::OVERFLOW_ERROR) => {
                drop(th.take_raised(raised));
                return Err(th.error(&exc::KEY_ERROR, "getpwuid(): uid not found"));
            }
            result => result?,
        };
        let found = th.without_gil(|| host::user::user_by_id(uid)).map_err(|error| th.os_error(&error, None))?;
        match found {
            Some(user) => user_object(th, &user),
            None => {
                let shown = if uid == u32::MAX { "-1".to_string() } else { uid.to_string() };
                Err(th.error(&exc::KEY_ERROR, format_args!("getpwuid(): uid not found: {shown}")))
            }
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[pyfunction("(name, /)")]
    fn getpwnam(th: &ThreadState, name: &Value) -> Res {
        let raw = name_argument(th, name, "getpwnam() argument")?;
        let found = th.without_gil(|| host::user::user_by_name(&raw)).map_err(|error| th.os_error(&error, None))?;
        match found {
            Some(user) => user_object(th, &user),
            None => {
                let shown = th.repr_string(name)?;
                Err(th.error(&exc::KEY_ERROR, format_args!("getpwnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[pyfunction("()")]
    fn getpwall(th: &ThreadState) -> Res {
        let mut list = Vec::new();
        for user in th.without_gil(host::user::all_users) {
            list.push(user_object(th, &user)?);
        }
        Ok(th.list(list))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        th.setattr_str(module, "struct_passwd", STRUCT_PASSWD.ready(th).value_ref())
    }
}

/// The module `grp`.
#[pymodule(name = "grp")]
pub mod grp_module {
    //! Access to the Unix group database.
    //!
    //! Group entries are reported as 4-tuples containing the following fields
    //! from the group database, in order:
    //!
    //!   gr_name   - name of the group
    //!   gr_passwd - group password (encrypted); often empty
    //!   gr_gid    - numeric ID of the group
    //!   gr_mem    - list of members
    //!
    //! The gid is an integer, name and password are strings.  (Note that most
    //! users are not explicitly listed as members of the groups they are in
    //! according to the password database.  Check both databases to get
    //! complete membership information.)

    use runtime::objects::exceptions as exc;
    use runtime::{Res, ThreadState, Value};

    use super::{STRUCT_GROUP, group_object, name_argument};

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[pyfunction("(id)")]
    fn getgrgid(th: &ThreadState, id: &Value) -> Res {
        let gid = crate::files::posix::arguments::gid(th, id)?;
        let found = th.without_gil(|| host::user::group_by_id(gid)).map_err(|error| th.os_error(&error, None))?;
        match found {
            Some(group) => group_object(th, &group),
            None => {
                let shown = if gid == u32::MAX { "-1".to_string() } else { gid.to_string() };
                Err(th.error(&exc::KEY_ERROR, format_args!("getgrgid(): gid not found: {shown}")))
            }
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[pyfunction("(name)")]
    fn getgrnam(th: &ThreadState, name: &Value) -> Res {
        let raw = name_argument(th, name, "getgrnam() argument 'name'")?;
        let found = th.without_gil(|| host::user::group_by_name(&raw)).map_err(|error| th.os_error(&error, None))?;
        match found {
            Some(group) => group_object(th, &group),
            None => {
                let shown = th.repr_string(name)?;
                Err(th.error(&exc::KEY_ERROR, format_args!("getgrnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[pyfunction("()")]
    fn getgrall(th: &ThreadState) -> Res {
        let mut list = Vec::new();
        for group in th.without_gil(host::user::all_groups) {
            list.push(group_object(th, &group)?);
        }
        Ok(th.list(list))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        th.setattr_str(module, "struct_group", STRUCT_GROUP.ready(th).value_ref())
    }
}
