//! Watches the client's process: the server ends with it, even if another process holds stdin open.

use std::time::Duration;

use tokio::runtime::Handle;

/// How often to look.
const INTERVAL: Duration = Duration::from_secs(1);

/// Calls `end` soon after the process has ended. A process that does not exist now is one of another machine or
/// container, whose end cannot be seen.
pub fn watch(runtime: &Handle, id: u32, end: impl FnOnce() + Send + 'static) {
    let Some(process) = Process::find(id) else {
        return tracing::debug!("there is no process {id} here to watch");
    };
    runtime.spawn(async move {
        while process.is_alive() {
            tokio::time::sleep(INTERVAL).await;
        }
        end();
    });
}

#[cfg(unix)]
use unix::Process;
#[cfg(windows)]
use windows::Process;

#[cfg(unix)]
mod unix {
    use rustix::{
        io::Errno,
        process::{Pid, test_kill_process},
    };

    pub struct Process {
        id: Pid,
        /// Also tells of a zombie, and never means another process of that id.
        #[cfg(target_os = "linux")]
        handle: Option<rustix::fd::OwnedFd>,
    }

    impl Process {
        pub fn find(id: u32) -> Option<Self> {
            let id = i32::try_from(id).ok().and_then(Pid::from_raw)?;
            let process = Self {
                id,
                #[cfg(target_os = "linux")]
                handle: rustix::process::pidfd_open(id, rustix::process::PidfdFlags::empty()).ok(),
            };
            process.is_alive().then_some(process)
        }

        pub fn is_alive(&self) -> bool {
            #[cfg(target_os = "linux")]
            if let Some(handle) = &self.handle {
                use rustix::event::{PollFd, PollFlags, Timespec, poll};
                let mut ends = [PollFd::new(handle, PollFlags::IN)];
                return !matches!(poll(&mut ends, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })), Ok(1));
            }
            // One that we may not signal is there all the same.
            test_kill_process(self.id) != Err(Errno::SRCH)
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};

    use windows_sys::Win32::{
        Foundation::WAIT_OBJECT_0,
        System::Threading::{OpenProcess, PROCESS_SYNCHRONIZE, WaitForSingleObject},
    };

    pub struct Process(OwnedHandle);

    impl Process {
        pub fn find(id: u32) -> Option<Self> {
            // SAFETY: without pointers; null where there is no such process.
            let handle = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, id) };
            if handle.is_null() {
                return None;
            }
            // SAFETY: it was just opened, and is closed only by its owner.
            let process = Self(unsafe { OwnedHandle::from_raw_handle(handle) });
            process.is_alive().then_some(process)
        }

        pub fn is_alive(&self) -> bool {
            // SAFETY: the handle is open as long as we have it.
            (unsafe { WaitForSingleObject(self.0.as_raw_handle(), 0) }) != WAIT_OBJECT_0
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_zombie_has_ended() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let process = Process::find(child.id()).expect("it runs");
        assert!(process.is_alive());
        child.kill().unwrap();
        if cfg!(target_os = "linux") {
            while process.is_alive() {
                std::thread::yield_now();
            }
        }
        child.wait().unwrap();
        assert!(!process.is_alive());
        assert!(Process::find(child.id()).is_none());
    }

    #[test]
    fn what_is_no_process_here_is_not_watched() {
        for id in [0, u32::MAX, i32::MAX as u32] {
            assert!(Process::find(id).is_none(), "{id}");
        }
        assert!(Process::find(1).is_some() && Process::find(std::process::id()).is_some());
    }
}
